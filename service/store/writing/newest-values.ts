/**
 * The newest values of one worker that `series_last` does not have yet. Kept here until they are flushed in a
 * transaction of their own: writing them with every batch costs as much as the samples themselves. What a crash loses is
 * found again by `catchUpSeriesLast`.
 */
import type { SeriesId } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import { type NewestValue, upsertSeriesLast } from '../reading/series-last.ts';

export class NewestValues {
  #pending = new Map<SeriesId, NewestValue>();

  /** Series that wait. */
  get size(): number {
    return this.#pending.size;
  }

  /** Only after the commit of the samples: the newest value of a series is one that is stored. */
  offer(newest: Iterable<NewestValue>): void {
    for (const value of newest) {
      const kept = this.#pending.get(value.seriesId);
      if (kept === undefined || value.timeUs >= kept.timeUs) {
        this.#pending.set(value.seriesId, value);
      }
    }
  }

  /** Writes all that wait; where that fails they go on waiting. */
  async flush(db: Queryable): Promise<void> {
    const flushed = this.#pending;
    this.#pending = new Map();
    try {
      await upsertSeriesLast(db, [...flushed.values()]);
    } catch (error) {
      const since = this.#pending;
      this.#pending = flushed;
      this.offer(since.values());
      throw error;
    }
  }
}
