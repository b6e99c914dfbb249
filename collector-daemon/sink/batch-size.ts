/**
 * How many rows are stored together at most. Under pressure large batches cost the database less a row: with ten rows of
 * a series next to each other it looks for one page of the index and not for ten. But samples are seen only after the
 * commit, and a statement has its time limit; so a batch has what the database stores in a few seconds, by its pace at
 * the batch before.
 */
import type { Clock } from '../../core/time.ts';

/** More rows than this hardly make a row cheaper, and they all have to be in memory. */
export const maxBatchRows = 1_000_000;

/** Of all workers' queues. Sessions are paused at half of it: when a batch of the largest size waits. About 80 MB. */
export const maxQueuedRows = 2 * maxBatchRows;

export interface BatchSizeOptions {
  readonly clock: Clock;
  /** However slow the database is. */
  readonly minRows?: number;
  readonly maxRows?: number;
}

/** A tenth of the time limit of a statement. */
const targetMs = 3_000;

export class BatchSize {
  readonly #clock: Clock;
  readonly #minRows: number;
  readonly #maxRows: number;
  #rows: number;

  constructor({ clock, minRows = 100_000, maxRows = maxBatchRows }: BatchSizeOptions) {
    this.#clock = clock;
    this.#minRows = Math.min(minRows, maxRows);
    this.#maxRows = maxRows;
    this.#rows = this.#minRows;
  }

  /** Of the next batch, at most. */
  get rows(): number {
    return this.#rows;
  }

  /** Measures `store`, which stores `rows` rows; tries that failed count as well. */
  async measure(rows: number, store: () => Promise<unknown>): Promise<void> {
    const startedAtMs = this.#clock.nowMs();
    await store();
    // A clock set back, or too coarse for a small batch, measures nothing.
    const tookMs = Math.max(1, this.#clock.nowMs() - startedAtMs);
    // Twice at most: one lucky measurement says little about a batch many times as large.
    const wanted = Math.min((rows / tookMs) * targetMs, this.#rows * 2);
    this.#rows = Math.round(Math.min(this.#maxRows, Math.max(this.#minRows, wanted)));
  }
}
