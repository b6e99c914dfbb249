/**
 * What a stream of notifications means, as decisions 12 and 17 say it, written plainly and slowly: for each leaf all that was
 * said of it is kept in a list, and looked through. Knows of clocks what the one who made the stream knows.
 */
import { isWithin, type Path } from '../../core/telemetry/path.ts';
import { pathOf as parsed } from './paths.ts';

/** One notification, and what is true of it. Times in ms; the receive time is that of its sending and a little. */
export interface Said {
  readonly kind: 'said';
  readonly device: number;
  readonly receivedMs: number;
  /** Null: the device gives none, or none that is believed. */
  readonly stampMs: number | null;
  /** How often the clock was set. */
  readonly epoch: number;
  /** When that stamp was, by our clock. */
  readonly trueMs: number;
  readonly deletes: readonly string[];
  readonly atomicUnder: string | null;
  readonly values: Readonly<Record<string, number | string>>;
}

export type Event =
  | Said
  | { readonly kind: 'gap'; readonly device: number }
  | { readonly kind: 'sweep'; readonly device: number; readonly receivedMs: number };

/** From sending to receiving what is not late. */
export const travelMs = 20;
const paths = new Map<string, Path>();

/** Parsed once. */
export function pathOf(text: string): Path {
  const path = paths.get(text) ?? parsed(text);
  paths.set(text, path);
  return path;
}

const remembered = 4;
const us = 0.001;

interface Time {
  readonly stampMs: number | null;
  readonly epoch: number;
  readonly connect: number;
  readonly timeMs: number;
  /** By our own clock, as if it had not been late. */
  readonly heardMs: number;
}

interface Told extends Time {
  readonly value: number | string | null;
  written: boolean;
}

interface ModelLeaf {
  readonly path: string;
  /** States: the last that were told, in their order; gone is null. */
  told: Told[];
  newest: Told | null;
  seen: number;
  counts: boolean;
  end: Time | null;
  late: Set<string>;
}

export class StreamModel {
  readonly rows: string[] = [];
  readonly ends = new Set<string>();
  readonly fired = new Map<string, number>();
  readonly #leaves = new Map<string, ModelLeaf>();
  #connect = 0;
  #deletes: { path: string; at: Time }[] = [];
  #epoch = 0;
  /** That the clock had been heard in. */
  #epochBefore = -1;

  take(event: Event): void {
    if (event.kind === 'gap') {
      this.#fire('a connect breaks off');
      this.#connect += 1;
      this.#deletes = [];
    } else if (event.kind === 'sweep') this.#sweep(event.receivedMs);
    else this.#say(event);
  }

  #fire(rule: string): void {
    this.fired.set(rule, (this.fired.get(rule) ?? 0) + 1);
  }

  #sweep(receivedMs: number): void {
    const at = {
      stampMs: null,
      epoch: 0,
      connect: this.#connect,
      timeMs: receivedMs,
      heardMs: receivedMs,
    };
    for (const leaf of this.#leaves.values()) {
      if (leaf.end !== null || leaf.seen === this.#connect) continue;
      this.#fire('not sent again');
      this.#endLeaf(leaf, at);
    }
  }

  #say(said: Said): void {
    if (said.stampMs !== null && said.epoch !== this.#epoch) {
      this.#fire('the clock was set');
      this.#deletes = [];
      this.#epochBefore = this.#epoch;
      this.#epoch = said.epoch;
    }
    if (said.stampMs === null) this.#fire('no stamp');
    const timeMs = said.stampMs === null ? said.receivedMs : said.trueMs + this.#shiftMs(said);
    const heardMs = said.trueMs + travelMs;
    const at = {
      stampMs: said.stampMs,
      epoch: this.#epoch,
      connect: this.#connect,
      timeMs,
      heardMs,
    };
    for (const path of said.deletes) this.#remove(path, at, said, 'deleted');
    if (said.atomicUnder !== null) this.#remove(said.atomicUnder, at, said, 'replaced');
    for (const [path, value] of Object.entries(said.values)) this.#value(path, value, at);
  }

  /** A clock that is wrong is known by what it says on arrival: what is stored is our time of that. */
  #shiftMs({ epoch }: Said): number {
    return epoch === 0 ? 0 : travelMs;
  }

  #remove(container: string, at: Time, { values }: Said, how: 'deleted' | 'replaced'): void {
    for (const leaf of this.#leaves.values()) {
      if (leaf.end !== null || !isWithin(pathOf(container), pathOf(leaf.path))) continue;
      if (!(leaf.path in values)) this.#endLeaf(leaf, at);
      else if (how === 'deleted') leaf.counts = false;
      this.#fire(leaf.path in values ? `${how} and sent again` : how);
    }
    if (at.stampMs !== null) this.#deletes.push({ path: container, at });
  }

  #endLeaf(leaf: ModelLeaf, at: Time): void {
    if (this.#isLate(leaf, at)) {
      this.#fire('a late end');
      this.ends.add(`${leaf.path} ${fixed(at.timeMs)}`);
      const next = leaf.told.find(({ stampMs }) => stampMs! > at.stampMs!);
      leaf.told = placed(leaf.told, { ...at, value: null, written: true });
      if (next !== undefined && !next.written) this.#restate(leaf, next);
      return;
    }
    const timeMs = Math.max(at.timeMs, (leaf.newest?.timeMs ?? -Infinity) + us);
    leaf.end = { ...at, timeMs };
    this.ends.add(`${leaf.path} ${fixed(timeMs)}`);
  }

  #restate(leaf: ModelLeaf, told: Told): void {
    this.#fire('stored after all');
    told.written = true;
    this.#row(leaf.path, told.timeMs, told.value!);
  }

  #value(path: string, value: number | string, at: Time): void {
    const leaf = this.#leaves.get(path) ?? this.#newLeaf(path, at);
    const isBeforeEnd = leaf.end !== null && !this.#comesBack(leaf, leaf.end, at);
    if (isBeforeEnd) this.#fire('of before the end');
    leaf.seen = this.#connect;
    if (typeof value === 'string') this.#state(leaf, value, at);
    else this.#number(leaf, value, at);
  }

  #newLeaf(path: string, at: Time): ModelLeaf {
    const leaf: ModelLeaf = {
      path,
      told: [],
      newest: null,
      seen: this.#connect,
      counts: false,
      end: null,
      late: new Set<string>(),
    };
    this.#leaves.set(path, leaf);
    const over = this.#deletes
      .filter((one) => at.stampMs !== null && one.at.stampMs! > at.stampMs)
      .filter((one) => isWithin(pathOf(one.path), pathOf(path)))
      .toSorted((left, right) => right.at.stampMs! - left.at.stampMs!)[0];
    if (over === undefined) return leaf;
    this.#fire('gone before it was known');
    leaf.end = over.at;
    this.ends.add(`${path} ${fixed(over.at.timeMs)}`);
    return leaf;
  }

  #comesBack(leaf: ModelLeaf, end: Time, at: Time): boolean {
    const comparable = end.stampMs !== null && at.stampMs !== null && sameClock(end, at);
    if (comparable && end.connect === at.connect && at.stampMs < end.stampMs) return false;
    leaf.end = null;
    leaf.counts = false;
    if (at.timeMs >= end.timeMs) {
      this.#fire('a new life');
      const gone = { ...end, value: null, written: true };
      leaf.told = end.stampMs !== null && sameClock(end, at) ? [gone] : [];
      if (leaf.newest !== null && typeof leaf.newest.value === 'string')
        leaf.newest = { ...leaf.newest, value: null };
    } else {
      this.#fire('never gone');
      this.ends.delete(`${leaf.path} ${fixed(end.timeMs)}`);
    }
    return true;
  }

  #isLate(leaf: ModelLeaf, at: Time): boolean {
    const { newest } = leaf;
    if (newest === null || newest.stampMs === null || at.stampMs === null) return false;
    if (!sameClock(newest, at) || newest.connect !== at.connect) return false;
    return at.stampMs < newest.stampMs;
  }

  /** Of the very stamp, or the first of a connect and older than the last of the one before. */
  #isAgain(leaf: ModelLeaf, at: Time): boolean {
    const { newest } = leaf;
    if (newest === null || newest.stampMs === null || at.stampMs === null) return false;
    if (newest.stampMs === at.stampMs) return true;
    return sameClock(newest, at) && newest.connect !== at.connect && at.stampMs < newest.stampMs;
  }

  #state(leaf: ModelLeaf, value: string, at: Time): void {
    if (this.#isLate(leaf, at)) return this.#lateState(leaf, value, at);
    const again = this.#isAgain(leaf, at);
    const { newest } = leaf;
    if (newest?.value === value && again) {
      this.#fire('sent again');
      leaf.newest = { ...newest, connect: at.connect };
      return;
    }
    const lastMs = newest?.timeMs ?? -Infinity;
    const isSame = newest?.value === value;
    this.#fire(isSame ? 'unchanged' : 'changed');
    if (again) this.#fire('of one stamp, or older in a new connect: arrival decides');
    const timeMs = Math.max(at.timeMs, isSame ? lastMs : lastMs + us);
    const told = { ...at, timeMs, value, written: !isSame };
    const isOlder = newest?.stampMs != null && at.stampMs != null && at.stampMs < newest.stampMs;
    const forgets = newest !== null && (!sameClock(newest, at) || isOlder);
    const kept = forgets || at.stampMs === null ? [] : leaf.told;
    const others = kept.length < remembered ? kept : kept.slice(1);
    leaf.told = at.stampMs === null ? [] : [...others, told];
    leaf.newest = told;
    if (!isSame) this.#row(leaf.path, timeMs, value);
  }

  #lateState(leaf: ModelLeaf, value: string, at: Time): void {
    this.#fire('a late state');
    const before = leaf.told.findLast(({ stampMs }) => stampMs! <= at.stampMs!);
    const after = leaf.told.find(({ stampMs }) => stampMs! > at.stampMs!)!;
    const isChange = value !== (before ?? after).value;
    const latestMs = Math.min(at.timeMs, after.timeMs - us);
    const timeMs = Math.max(latestMs, (before?.timeMs ?? -Infinity) + us);
    leaf.told = placed(leaf.told, { ...at, timeMs, value, written: isChange });
    if (!isChange) return;
    this.#row(leaf.path, timeMs, value);
    if (!after.written && after.value !== value) this.#restate(leaf, after);
  }

  #number(leaf: ModelLeaf, value: number, at: Time): void {
    const { newest } = leaf;
    const again = this.#isAgain(leaf, at);
    if (again && newest!.value === value) {
      this.#fire('a number sent again');
      if (newest!.connect !== at.connect) leaf.counts = false;
      if (newest!.stampMs === at.stampMs) leaf.newest = { ...newest!, connect: at.connect };
      return;
    }
    if (this.#isLate(leaf, at) || (again && newest!.stampMs !== at.stampMs)) {
      this.#fire('a late number');
      const key = `${at.stampMs} ${value}`;
      if (!leaf.late.has(key)) this.#row(leaf.path, at.timeMs, value);
      leaf.late.add(key);
      return;
    }
    this.#fire('a newer number');
    const timeMs = Math.max(at.timeMs, (newest?.timeMs ?? -Infinity) + us);
    const isCounter = leaf.path.includes('counters');
    const counts = isCounter && leaf.counts && newest?.connect === at.connect;
    const spanMs = counts ? this.#spanMs(newest, at, timeMs) : null;
    if (spanMs !== null && spanMs > 0) this.#fire('counted');
    const delta = spanMs !== null && spanMs > 0 ? `${value - Number(newest!.value)}/${spanMs}` : '';
    leaf.counts = true;
    leaf.newest = { ...at, timeMs, value, written: true };
    this.#row(leaf.path, timeMs, value, delta);
  }

  #spanMs(from: Time, at: Time, timeMs: number): number | null {
    if (from.stampMs === null || at.stampMs === null)
      return timeMs === at.timeMs ? Math.round(timeMs - from.timeMs) : null;
    if (sameClock(from, at)) return at.stampMs - from.stampMs;
    if (from.epoch !== this.#epochBefore) return null;
    // By our own clock.
    this.#fire('counted over a step');
    return at.heardMs - from.heardMs;
  }

  #row(path: string, timeMs: number, value: number | string, delta = ''): void {
    this.rows.push(`${path} ${fixed(timeMs)} ${value} ${delta}`);
  }
}

function sameClock(left: Time, right: Time): boolean {
  return left.epoch === right.epoch;
}

function placed(told: readonly Told[], one: Told): Told[] {
  const place = told.findIndex(({ stampMs }) => stampMs! > one.stampMs!);
  return place === -1 ? [...told, one] : told.toSpliced(place, 0, one);
}

function fixed(ms: number): string {
  return ms.toFixed(3);
}
