/** The leaves of one model: adds and removes them, and announces which `on-change` leaves have another value. */
import { formatPath, isWithin, parsePath, type Path } from '../../core/telemetry/path.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';
import type { ModelChange, ModelLeaf } from '../target/device-model.ts';
import { sameValue } from '../target/same-value.ts';

export interface LeafTraits {
  readonly change?: ModelLeaf['change'];
  readonly integerBits?: ModelLeaf['integerBits'];
}

interface Entry {
  readonly leaf: ModelLeaf;
  announced: LeafValue;
}

export class LeafSet {
  readonly #entries = new Map<string, Entry>();
  readonly #watched = new Set<Entry>();
  readonly #listeners = new Set<(change: ModelChange) => void>();

  /** Adds a leaf (path in text form); one that is already there is left as it is. Sampled, 64 bits by default. */
  add(pathText: string, read: () => LeafValue, traits: LeafTraits = {}): void {
    const path = pathOf(pathText);
    const key = formatPath(path);
    if (this.#entries.has(key)) return;
    const { change = 'sampled', integerBits = 64 } = traits;
    const entry: Entry = { leaf: { path, change, integerBits, read }, announced: read() };
    this.#entries.set(key, entry);
    if (change === 'on-change') this.#watched.add(entry);
    this.#emit({ kind: 'set', leaf: entry.leaf });
  }

  /** Removes everything at and below a path; says nothing when nothing was there. */
  remove(pathText: string): void {
    const path = pathOf(pathText);
    let removed = false;
    for (const [key, entry] of this.#entries) {
      if (!isWithin(path, entry.leaf.path)) continue;
      this.#entries.delete(key);
      this.#watched.delete(entry);
      removed = true;
    }
    if (removed) this.#emit({ kind: 'delete', path });
  }

  /** Compares every `on-change` leaf with what was last announced. */
  announce(): void {
    for (const entry of this.#watched) {
      const value = entry.leaf.read();
      if (sameValue(value, entry.announced)) continue;
      entry.announced = value;
      this.#emit({ kind: 'set', leaf: entry.leaf });
    }
  }

  *leaves(): Iterable<ModelLeaf> {
    for (const entry of this.#entries.values()) yield entry.leaf;
  }

  onChange(listener: (change: ModelChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #emit(change: ModelChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** A path from its text form; for texts that this program wrote. */
export function pathOf(text: string): Path {
  const path = parsePath(text);
  if (!path.ok) throw new TypeError(path.problem);
  return path.value;
}
