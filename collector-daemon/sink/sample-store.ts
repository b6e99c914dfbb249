/** Stores the batches of one worker, over connections of its own, and their newest values each second. */
import type { DeviceId } from '../../core/id.ts';
import type { SampleBatch, SampleSlice } from '../../core/telemetry/sample.ts';
import { type Clock, type Timers } from '../../core/time.ts';
import { type BatchResult, writeBatch } from '../../service/store/writing/batch-writer.ts';
import { type SeriesLife, listSeriesLives } from '../../service/store/reading/series-life.ts';
import { NewestValues } from '../../service/store/writing/newest-values.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { RepeatedJob } from '../../service/repeat.ts';
import { NewestOutlet } from './newest-outlet.ts';

/** Batches stored at once; more than the database has processors to spare gain nothing. */
export const writers = 2;
/** For the writers, and for the newest values beside them. */
export const storeConnections = writers + 1;

const newestEveryMs = 1_000;

export interface SampleStoreOptions {
  /** Of `storeConnections`; stays the caller's. */
  readonly pool: DatabasePool;
  readonly clock: Clock;
  readonly timers: Timers;
}

export class SampleStore {
  readonly #pool: DatabasePool;
  readonly #resolver = new SeriesResolver();
  readonly #newest = new NewestValues();
  readonly #flushing: RepeatedJob;

  constructor({ pool, clock, timers }: SampleStoreOptions) {
    this.#pool = pool;
    const outlet = new NewestOutlet(clock, () => this.#newest.flush(pool));
    this.#flushing = new RepeatedJob({
      everyMs: newestEveryMs,
      timers,
      run: () => outlet.run(),
      // Told where batches are stored: they fail as well, and more loudly.
      trouble: () => {},
    });
  }

  /** Series that later batches use without introducing them. */
  learn(introduced: SampleSlice['introduces']): void {
    this.#resolver.learn(introduced);
  }

  /** Series that no later batch uses. */
  forget(refs: readonly number[]): void {
    this.#resolver.forget(refs);
  }

  /** The series of a device that live as far as the database knows. */
  lives(deviceId: DeviceId): Promise<readonly SeriesLife[]> {
    return listSeriesLives(this.#pool, deviceId);
  }

  /** As `writeBatch`. The connection is given back to the pool only when it is whole. */
  async write(batch: SampleBatch): Promise<BatchResult> {
    const client = await this.#pool.connect();
    let broken = true;
    try {
      const result = await writeBatch(client, batch, this.#resolver, { newest: this.#newest });
      broken = false;
      return result;
    } finally {
      client.release(broken);
    }
  }

  /** Call it when no batch is under way. What is left behind in a hurry, the next start finds in the samples. */
  async close({ hurry }: { hurry: boolean }): Promise<void> {
    await this.#flushing[Symbol.asyncDispose]();
    if (!hurry) await this.#newest.flush(this.#pool).catch(() => {});
  }
}
