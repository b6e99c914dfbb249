/**
 * One series of a live window: points in order of time, thinned to the window's buckets as they arrive. The newest
 * bucket stays open (its mean may still move) and is not drawn until the next one begins, at most a pixel later.
 */
import type { SeriesInfo, SeriesPoints } from '../../core/contract/query.ts';
import { gapFactor } from '../../core/query/thin.ts';

/** So many spacings are looked at, and so few say nothing yet. */
const spacingsKept = 15;
const spacingsNeeded = 8;

export interface Point {
  readonly timeMs: number;
  readonly value: number | null;
}

/** What sets a line apart from a plain stored series; empty for those. */
export type LineMarks = Pick<SeriesPoints, 'shownAs' | 'group' | 'other' | 'members' | 'earlier'>;

interface OpenBucket {
  readonly index: number;
  sum: number;
  count: number;
  lastMs: number;
}

export class LiveSeries {
  readonly info: SeriesInfo;
  readonly marks: LineMarks;
  readonly timesMs: number[] = [];
  readonly values: (number | null)[] = [];
  /** The newest point seen, thinned or not: what a legend shows. */
  newest: Point | null = null;
  readonly #bucketMs: number;
  #open: OpenBucket | null = null;
  readonly #spacingsMs: number[] = [];
  #heardMs: number | null = null;

  constructor(info: SeriesInfo, bucketMs: number, marks: LineMarks = {}) {
    this.info = info;
    this.marks = marks;
    this.#bucketMs = bucketMs;
  }

  static of(points: SeriesPoints, bucketMs: number): LiveSeries {
    const { series, timesMs, values, ...marks } = points;
    const made = new LiveSeries(series, bucketMs, marks);
    for (let at = 0; at < timesMs.length; at += 1) made.#close(timesMs[at]!, values[at] ?? null);
    return made;
  }

  get lastMs(): number {
    return this.newest?.timeMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Takes a point newer than all before; older ones are already in and are passed over. Tells the points now final. */
  append(timeMs: number, value: number | null): readonly Point[] {
    if (timeMs <= this.lastMs) return [];
    return [...this.#breakBefore(timeMs), ...this.#take(timeMs, value)];
  }

  #take(timeMs: number, value: number | null): readonly Point[] {
    this.newest = { timeMs, value };
    if (value === null) return [...this.#flush(), this.#put(timeMs, null)];
    if (this.#bucketMs <= 0) return [this.#put(timeMs, value)];
    const index = Math.floor(timeMs / this.#bucketMs);
    const open = this.#open;
    if (open !== null && open.index === index) {
      open.sum += value;
      open.count += 1;
      open.lastMs = timeMs;
      return [];
    }
    const closed = this.#flush();
    this.#open = { index, sum: value, count: 1, lastMs: timeMs };
    return closed;
  }

  /** Forgets what lies before `fromMs`, except the last point there, from which the line enters the picture. */
  trim(fromMs: number): void {
    let drop = 0;
    while (drop + 1 < this.timesMs.length && this.timesMs[drop + 1]! < fromMs) drop += 1;
    if (drop === 0) return;
    this.timesMs.splice(0, drop);
    this.values.splice(0, drop);
  }

  /** The points newer than `afterMs`, the open bucket's mean included. */
  pointsAfter(afterMs: number): readonly Point[] {
    const points: Point[] = [];
    for (let at = this.timesMs.length - 1; at >= 0 && this.timesMs[at]! > afterMs; at -= 1) {
      points.unshift({ timeMs: this.timesMs[at]!, value: this.values[at] ?? null });
    }
    const open = this.#open;
    if (open !== null && open.lastMs > afterMs)
      points.push({ timeMs: open.lastMs, value: open.sum / open.count });
    return points;
  }

  /** Silence much longer than usual breaks the line, as it does in answers (`breakAtGaps`). */
  #breakBefore(timeMs: number): readonly Point[] {
    const heardMs = this.#heardMs;
    this.#heardMs = timeMs;
    if (heardMs === null) return [];
    const spacingMs = timeMs - heardMs;
    const sorted = this.#spacingsMs.toSorted((left, right) => left - right);
    const usualMs = sorted.length < spacingsNeeded ? Infinity : sorted[sorted.length >> 1]!;
    if (spacingMs > gapFactor * usualMs && spacingMs > this.#bucketMs)
      return [...this.#flush(), this.#put((heardMs + timeMs) / 2, null)];
    this.#spacingsMs.push(spacingMs);
    if (this.#spacingsMs.length > spacingsKept) this.#spacingsMs.shift();
    return [];
  }

  #flush(): readonly Point[] {
    const open = this.#open;
    if (open === null) return [];
    this.#open = null;
    return [this.#put(open.lastMs, open.sum / open.count)];
  }

  #put(timeMs: number, value: number | null): Point {
    const point = { timeMs, value };
    this.timesMs.push(timeMs);
    this.values.push(value);
    return point;
  }

  #close(timeMs: number, value: number | null): void {
    if (timeMs <= this.lastMs) return;
    this.newest = { timeMs, value };
    this.#put(timeMs, value);
  }
}
