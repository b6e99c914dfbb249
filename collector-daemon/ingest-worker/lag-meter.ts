/** How old samples are when their batch is sealed: the 95th percentile since the last reading, from at most 64 rows a batch. */
import type { SampleBatch } from '../../core/telemetry/sample.ts';
import { msFromUs } from '../../core/time.ts';

const rowsPerBatch = 64;

export class LagMeter {
  #lagsMs: number[] = [];

  /** Numbers only: states carry the time of their last change. */
  measure({ numbers, sealedAtMs }: SampleBatch): void {
    const rows = numbers.timeUs.length;
    const step = Math.max(1, Math.floor(rows / rowsPerBatch));
    for (let row = 0; row < rows; row += step) {
      this.#lagsMs.push(sealedAtMs - msFromUs(numbers.timeUs[row]!));
    }
  }

  /** ms, or null where nothing was measured since the last call. */
  take(): number | null {
    const lags = this.#lagsMs.sort((left, right) => left - right);
    this.#lagsMs = [];
    return lags.length === 0
      ? null
      : lags[Math.min(lags.length - 1, Math.floor(lags.length * 0.95))]!;
  }
}
