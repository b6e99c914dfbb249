/**
 * How old samples are when their slice is sealed: the 95th percentile of the last ten seconds. By the device's time, and
 * at least since they were received: the clock of a device may be ahead, and must not hide how long they wait here.
 */
import type { SampleSlice } from '../../core/telemetry/sample.ts';
import { msFromUs } from '../../core/time.ts';

const rowsPerSlice = 64;
/** Longer than common sample intervals, so that the figure does not come and go between them. */
const windowMs = 10_000;

interface Measured {
  readonly sealedAtMs: number;
  readonly lagsMs: readonly number[];
}

export class LagMeter {
  #measured: Measured[] = [];

  /** At most 64 rows of a slice. Numbers only: states carry the time of their last change. */
  measure({ numbers, sealedAtMs }: SampleSlice): void {
    const rows = numbers.timeUs.length;
    const step = Math.max(1, Math.floor(rows / rowsPerSlice));
    const lagsMs: number[] = [];
    for (let row = 0; row < rows; row += step) {
      const sinceMs = Math.min(msFromUs(numbers.timeUs[row]!), numbers.receivedMs[row]!);
      lagsMs.push(sealedAtMs - sinceMs);
    }
    this.#measured.push({ sealedAtMs, lagsMs });
  }

  /** ms, or null where nothing came within the window. */
  read(nowMs: number): number | null {
    // After the clock was set back, what was measured before lies in the future; it would stay for long.
    this.#measured = this.#measured.filter(
      ({ sealedAtMs }) => sealedAtMs <= nowMs && nowMs - sealedAtMs < windowMs,
    );
    const lags = this.#measured.flatMap(({ lagsMs }) => lagsMs).sort((left, right) => left - right);
    return lags.length === 0
      ? null
      : lags[Math.min(lags.length - 1, Math.floor(lags.length * 0.95))]!;
  }
}
