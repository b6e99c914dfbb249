/** The leaves that one subscription names, each with its path encoded once, relative to the prefix they share. */
import { formatElem, isWithin, type Path } from '../../core/telemetry/path.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';
import type { Path as WirePath } from '../../proto/generated/gnmi/gnmi.ts';
import type { ModelLeaf } from './device-model.ts';
import { type DataScope, isInScope, isWhole, wholeScope } from './data-scope.ts';
import { encodePathField } from './notification-encoder.ts';
import { wirePathOf } from './requested-path.ts';

export interface SelectedLeaf {
  readonly leaf: ModelLeaf;
  readonly pathField: Uint8Array;
  /** What this subscription sent last, for suppress_redundant. */
  sent: LeafValue | null;
}

export interface SelectionOptions {
  readonly pattern: Path;
  readonly leaves: Iterable<ModelLeaf>;
  /** Which kind of leaf is wanted; all when left out. */
  readonly change?: ModelLeaf['change'] | undefined;
  readonly target: string;
  /** All that the pattern names when left out. */
  readonly scope?: DataScope | undefined;
}

export class Selection {
  readonly #pattern: Path;
  readonly #change: ModelLeaf['change'] | undefined;
  readonly #scope: DataScope;
  readonly #depth: number;
  readonly #selected = new Map<ModelLeaf, SelectedLeaf>();
  /** For updates. */
  readonly prefix: WirePath | undefined;
  /** For deletes, which may name a container above the shared prefix: origin and target only. */
  readonly barePrefix: WirePath | undefined;

  constructor({ pattern, leaves, change, target, scope = wholeScope }: SelectionOptions) {
    this.#pattern = pattern;
    this.#scope = scope;
    this.#change = change;
    const wanted = [...leaves].filter((leaf) => this.#wants(leaf));
    this.#depth = wanted.length === 0 ? 0 : sharedDepth(pattern, wanted[0]!.path);
    this.prefix = prefixOf(pattern, this.#depth, target);
    this.barePrefix = prefixOf(pattern, 0, target);
    for (const leaf of wanted) this.#select(leaf);
  }

  get leaves(): Iterable<SelectedLeaf> {
    return this.#selected.values();
  }

  get size(): number {
    return this.#selected.size;
  }

  /** The entry of a leaf, made when the leaf is new; null when the subscription doesn't name it. */
  include(leaf: ModelLeaf): SelectedLeaf | null {
    return this.#selected.get(leaf) ?? (this.#wants(leaf) ? this.#select(leaf) : null);
  }

  /** Forgets what lies at or below `path` and says what went: the container itself, or leaf by leaf where it is wider. */
  exclude(path: Path): { readonly gone: readonly SelectedLeaf[]; readonly deletes: WirePath[] } {
    const gone = [...this.#selected.values()].filter((entry) => isWithin(path, entry.leaf.path));
    for (const entry of gone) this.#selected.delete(entry.leaf);
    if (gone.length === 0) return { gone, deletes: [] };
    // A container of which only some was asked for may live on in the rest.
    const whole = isWhole(this.#scope) && isWithin(this.#pattern, path);
    const paths = whole ? [path] : gone.map((entry) => entry.leaf.path);
    return { gone, deletes: paths.map((one) => wirePathOf({ elems: one.elems })) };
  }

  #wants(leaf: ModelLeaf): boolean {
    if (this.#change !== undefined && leaf.change !== this.#change) return false;
    return isWithin(this.#pattern, leaf.path) && isInScope(this.#scope, this.#pattern, leaf.path);
  }

  #select(leaf: ModelLeaf): SelectedLeaf {
    const relative = wirePathOf({ elems: leaf.path.elems.slice(this.#depth) });
    const entry: SelectedLeaf = { leaf, pathField: encodePathField(relative), sent: null };
    this.#selected.set(leaf, entry);
    return entry;
  }
}

/** How many leading elements every leaf of a pattern shares; the last one always stays with the leaf. */
function sharedDepth(pattern: Path, leaf: Path): number {
  const limit = Math.min(pattern.elems.length, leaf.elems.length - 1);
  let depth = 0;
  while (depth < limit && formatElem(pattern.elems[depth]!) === formatElem(leaf.elems[depth]!)) {
    depth += 1;
  }
  return depth;
}

function prefixOf(pattern: Path, depth: number, target: string): WirePath | undefined {
  if (depth === 0 && target === '' && pattern.origin === '') return undefined;
  return wirePathOf({ origin: pattern.origin, elems: pattern.elems.slice(0, depth), target });
}
