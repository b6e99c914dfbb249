/** Which devices the slice being filled has rows of, and when those were received. */
import type { DeviceId, Epoch } from '../../core/id.ts';
import type { ReceivedRange } from '../../core/telemetry/sample.ts';

interface Range {
  readonly epoch: Epoch;
  fromMs: number;
  toMs: number;
}

export class ReceivedRanges {
  #byDevice = new Map<DeviceId, Range>();

  /** False, and nothing is noted, where the device has rows of another epoch already. */
  note(deviceId: DeviceId, epoch: Epoch, atMs: number): boolean {
    const known = this.#byDevice.get(deviceId);
    if (known === undefined) {
      this.#byDevice.set(deviceId, { epoch, fromMs: atMs, toMs: atMs });
      return true;
    }
    if (known.epoch !== epoch) return false;
    // The clock may have been set back in between.
    known.fromMs = Math.min(known.fromMs, atMs);
    known.toMs = Math.max(known.toMs, atMs);
    return true;
  }

  /** The ranges so far; none are left. */
  take(): readonly ReceivedRange[] {
    const ranges = Array.from(this.#byDevice, ([deviceId, range]) => ({ deviceId, ...range }));
    this.#byDevice = new Map();
    return ranges;
  }
}
