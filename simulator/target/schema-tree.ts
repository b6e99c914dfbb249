/**
 * Which paths a target knows at all, instances aside: learnt from its leaves and never forgotten, so that a list that is
 * empty just now still counts as known.
 */
import { formatElem, formatPath, type Path, type PathElem } from '../../core/telemetry/path.ts';
import { TargetRefusal } from './target-error.ts';

interface SchemaNode {
  readonly children: Map<string, SchemaNode>;
  readonly keyNames: Set<string>;
}

export class SchemaTree {
  readonly #root = emptyNode();

  learn(path: Path): void {
    let node = this.#root;
    for (const part of path.elems) {
      let child = node.children.get(part.name);
      if (child === undefined) node.children.set(part.name, (child = emptyNode()));
      for (const name of Object.keys(part.keys)) child.keyNames.add(name);
      node = child;
    }
  }

  /** True when there is a node of these names, whatever its keys. */
  has(names: readonly string[]): boolean {
    let node: SchemaNode | undefined = this.#root;
    for (const name of names) node = node?.children.get(name);
    return node !== undefined;
  }

  /** Throws TargetRefusal: UNIMPLEMENTED for an unknown element, INVALID_ARGUMENT for an unknown key. */
  check(pattern: Path): void {
    let nodes: readonly SchemaNode[] = [this.#root];
    for (const part of pattern.elems) {
      nodes = nodes.flatMap((node) => step(node, part.name));
      if (nodes.length === 0) {
        const text = formatPath(pattern);
        throw new TargetRefusal(
          'UNIMPLEMENTED',
          `path ${text} is not served: "${part.name}" is unknown`,
        );
      }
      checkKeys(part, nodes);
    }
  }
}

function step(node: SchemaNode, name: string): readonly SchemaNode[] {
  if (name === '*') return [...node.children.values()];
  if (name === '...') return withDescendants(node);
  const child = node.children.get(name);
  return child === undefined ? [] : [child];
}

function withDescendants(node: SchemaNode): SchemaNode[] {
  return [node, ...[...node.children.values()].flatMap(withDescendants)];
}

function checkKeys(part: PathElem, nodes: readonly SchemaNode[]): void {
  for (const name of Object.keys(part.keys)) {
    if (nodes.some((node) => node.keyNames.has(name))) continue;
    const known = [...new Set(nodes.flatMap((node) => [...node.keyNames]))].join(', ');
    throw new TargetRefusal(
      'INVALID_ARGUMENT',
      `${formatElem(part)} has no key "${name}" (${known === '' ? 'it takes none' : `its keys: ${known}`})`,
    );
  }
}

function emptyNode(): SchemaNode {
  return { children: new Map(), keyNames: new Set() };
}
