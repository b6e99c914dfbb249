/** The leaves of one device: those that live, also found by container, and for a while those that are gone. */
import type { Path } from '../../core/telemetry/path.ts';
import type { Leaf } from './leaf.ts';
import { PathTree } from './path-tree.ts';
import type { SeriesRegistry } from './series-registry.ts';

export interface LeafLimits {
  /** Series one device may have; leaves beyond it are counted and not stored. */
  readonly maxSeries?: number;
  /** Leaves that are gone and still known, so that a sample of before their end does not bring them back. */
  readonly maxEnded?: number;
  /** Told which series are remembered here, and which no more. */
  readonly registry?: Pick<SeriesRegistry, 'hold' | 'letGo'>;
}

export class LeafSet {
  /** By the path's text; those that ended included. */
  readonly #byKey = new Map<string, Leaf>();
  readonly #living = new PathTree<Leaf>();
  #livingCount = 0;
  readonly #maxLiving: number;
  readonly #maxEnded: number;
  readonly #registry: LeafLimits['registry'];
  /** So many ends later, those remembered are looked through. */
  #endsToLook: number;

  constructor({ maxSeries = 100_000, maxEnded = 2_000, registry }: LeafLimits) {
    this.#registry = registry;
    this.#maxLiving = maxSeries;
    this.#maxEnded = maxEnded;
    this.#endsToLook = maxEnded + 1;
  }

  get isFull(): boolean {
    return this.#livingCount >= this.#maxLiving;
  }

  get(key: string): Leaf | undefined {
    return this.#byKey.get(key);
  }

  /** Living ones and gone ones. */
  [Symbol.iterator](): IterableIterator<Leaf> {
    return this.#byKey.values();
  }

  livingWithin(container: Path): readonly Leaf[] {
    return this.#living.within(container);
  }

  /** A new leaf, which lives. */
  add(leaf: Leaf): void {
    this.remember(leaf);
    this.revive(leaf);
  }

  /** A leaf that was gone before it was known. */
  remember(leaf: Leaf): void {
    this.#registry?.hold(leaf.ref);
    this.#forget(leaf.key);
    this.#byKey.set(leaf.key, leaf);
  }

  /** A living leaf of whose path another one takes the place. */
  remove(leaf: Leaf): void {
    this.#forget(leaf.key);
    this.#unlive(leaf);
  }

  /** The session is over; its leaves are known no more. */
  clear(): void {
    for (const key of this.#byKey.keys()) this.#forget(key);
  }

  revive(leaf: Leaf): void {
    leaf.end = null;
    this.#living.add(leaf);
    this.#livingCount += 1;
  }

  end(leaf: Leaf, end: NonNullable<Leaf['end']>): void {
    this.#unlive(leaf);
    leaf.end = end;
    this.#forgetOldEnds();
  }

  #forget(key: string): void {
    const leaf = this.#byKey.get(key);
    if (leaf === undefined) return;
    this.#byKey.delete(key);
    this.#registry?.letGo(leaf.ref);
  }

  #unlive(leaf: Leaf): void {
    this.#living.delete(leaf);
    this.#livingCount -= 1;
  }

  /**
   * Where keys come and go for ever, what is gone must not fill the memory: the older half is forgotten now and then. Ends
   * by our own clock are kept ten times as long: a leaf that was only sent late would stay gone without them.
   */
  #forgetOldEnds(): void {
    this.#endsToLook -= 1;
    if (this.#endsToLook > 0) return;
    this.#endsToLook = Math.ceil(this.#maxEnded / 2);
    const gone = [...this.#byKey.values()].filter(({ end }) => end !== null);
    const [told, concluded] = [true, false].map((byDevice) =>
      gone.filter(({ end }) => byDevice !== Number.isNaN(end!.stampUs)),
    );
    this.#forgetOlderHalf(told!, this.#maxEnded);
    this.#forgetOlderHalf(concluded!, this.#maxEnded * 10);
  }

  #forgetOlderHalf(ended: Leaf[], most: number): void {
    if (ended.length <= most) return;
    ended.sort((left, right) => left.end!.timeUs - right.end!.timeUs);
    for (const { key } of ended.slice(0, Math.ceil(ended.length / 2))) this.#forget(key);
  }
}
