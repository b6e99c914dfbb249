/** Import cycles, of types too. */
import { type ImportGraph, importGraph } from './imports.ts';
import type { SourceTree } from './source-tree.ts';

/** Each cycle once, as `a → b → a`. */
export function cycleViolations(tree: SourceTree): string[] {
  const search = new CycleSearch(importGraph(tree));
  for (const file of tree.keys()) search.visit(file, []);
  return search.cycles;
}

class CycleSearch {
  readonly cycles: string[] = [];
  readonly #graph: ImportGraph;
  readonly #done = new Set<string>();

  constructor(graph: ImportGraph) {
    this.#graph = graph;
  }

  visit(file: string, trail: readonly string[]): void {
    const at = trail.indexOf(file);
    if (at !== -1) this.cycles.push([...trail.slice(at), file].join(' → '));
    if (at !== -1 || this.#done.has(file)) return;
    for (const target of this.#graph.get(file) ?? []) this.visit(target, [...trail, file]);
    this.#done.add(file);
  }
}
