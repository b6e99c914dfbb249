/** What one panel shows: the answer of a query, carried on by the points of its live stream. Holds no clock. */
import type { LiveFrame, QueryResult, SeriesInfo } from '../../core/contract/query.ts';
import { LineIds } from './line-ids.ts';
import { LiveSeries, type Point } from './live-series.ts';
import type { Answered } from './periods.ts';

export interface NewPoint extends Point {
  readonly seriesId: number;
}

export interface WindowChange {
  /** Points that are final now and may be drawn. */
  readonly points: readonly NewPoint[];
  /** Some series has a newer value than before, whether or not it is drawn yet. */
  readonly newer: boolean;
  readonly newSeries: boolean;
  readonly lostFrames: number;
}

const nothing: WindowChange = { points: [], newer: false, newSeries: false, lostFrames: 0 };

export interface LiveWindowOptions {
  /** When true, series that the query's answer does not hold are passed over (a top-N keeps its N). */
  readonly closed: boolean;
  readonly maxSeries: number;
  /** When true, answers are all there is: nothing arrives between them that would have to be kept. */
  readonly polled?: boolean;
}

/** What an answer says about itself. */
export type AnswerFacts = Pick<QueryResult, 'gaps' | 'tier' | 'note'>;

export class LiveWindow {
  readonly series = new Map<number, LiveSeries>();
  seriesTotal = 0;
  bucketMs = 0;
  facts: AnswerFacts = {};
  answered: Answered | null = null;
  /** When a series was last known to say something new, by the service's clock: devices' own clocks may be behind. */
  readonly heardAtMs = new Map<number, number>();
  readonly #lineIds = new LineIds();
  readonly #options: LiveWindowOptions;
  #announced: SeriesInfo[] = [];

  constructor(options: LiveWindowOptions) {
    this.#options = options;
  }

  /** A stream counts its series from zero each time it is opened. */
  streamOpened(): void {
    this.#announced = [];
  }

  /** Takes a query's answer as the truth and keeps, of what arrived live, only what is newer than it. */
  merge(result: QueryResult): void {
    const before = new Map(this.series);
    // Buckets of another width begin elsewhere, so their times tell nothing new.
    const sameWidth = this.bucketMs === result.bucketMs;
    this.series.clear();
    this.bucketMs = result.bucketMs;
    this.seriesTotal = result.seriesTotal;
    const askedBeforeMs = this.answered?.asOfMs;
    const { gaps, tier, note, fromMs, toMs, asOfMs, timeZone } = result;
    this.answered = { fromMs, toMs, asOfMs, ...(timeZone && { timeZone }) };
    this.facts = { ...(gaps && { gaps }), ...(tier && { tier }), ...(note && { note }) };
    for (const points of this.#lineIds.applyTo(result.series)) {
      const merged = LiveSeries.of(points, result.bucketMs);
      const shown = before.get(points.series.id);
      const live = this.#options.polled ? [] : (shown?.pointsAfter(merged.lastMs) ?? []);
      for (const { timeMs, value } of live) merged.append(timeMs, value);
      this.series.set(points.series.id, merged);
      // It was said after the answer before, nobody knows when.
      const isNewer = sameWidth && shown !== undefined && merged.lastMs > shown.lastMs;
      if (isNewer && askedBeforeMs !== undefined) this.#heard(merged.info.id, askedBeforeMs);
    }
  }

  /** `arrivedMs` is of the service's clock. */
  apply(frame: LiveFrame, arrivedMs: number): WindowChange {
    switch (frame.kind) {
      case 'series':
        this.#announced = [...this.#announced, ...frame.series];
        return nothing;
      case 'gap':
        return { ...nothing, lostFrames: frame.lostFrames };
      case 'points':
        return this.#append(frame, arrivedMs);
      default:
        return frame satisfies never;
    }
  }

  /** Forgets what has left the range; what is polled is replaced soon, and its periods may begin before the range. */
  trim(fromMs: number): void {
    if (this.#options.polled) return;
    for (const [id, series] of this.series) {
      series.trim(fromMs);
      if (series.lastMs < fromMs && !this.#options.closed) this.series.delete(id);
    }
  }

  /** The newest time of any series. */
  get newestMs(): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const { lastMs } of this.series.values()) newest = Math.max(newest, lastMs);
    return newest;
  }

  #heard(id: number, timeMs: number): void {
    this.heardAtMs.set(id, Math.max(timeMs, this.heardAtMs.get(id) ?? timeMs));
  }

  #append(frame: Extract<LiveFrame, { kind: 'points' }>, arrivedMs: number): WindowChange {
    const points: NewPoint[] = [];
    let newer = false;
    let newSeries = false;
    for (let at = 0; at < frame.series.length; at += 1) {
      const info = this.#announced[frame.series[at]!];
      if (info === undefined) continue;
      let series = this.series.get(info.id);
      if (series === undefined) {
        if (this.#options.closed || this.series.size >= this.#options.maxSeries) continue;
        series = new LiveSeries(info, this.bucketMs);
        this.series.set(info.id, series);
        newSeries = true;
      }
      const before = series.lastMs;
      for (const point of series.append(frame.timesMs[at]!, frame.values[at] ?? null)) {
        points.push({ seriesId: info.id, ...point });
      }
      if (series.lastMs <= before) continue;
      newer = true;
      this.#heard(info.id, arrivedMs);
    }
    return { points, newer, newSeries, lostFrames: 0 };
  }
}
