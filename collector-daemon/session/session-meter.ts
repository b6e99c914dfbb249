/** Counts what a session delivers: updates a second over the last ten, newest update, lag of its device's clock and way. */
import type { Notification } from '../../core/telemetry/notification.ts';
import { msFromUs, usFromNs } from '../../core/time.ts';

const windowSeconds = 10;

export class SessionMeter {
  readonly #buckets = Array.from({ length: windowSeconds }, () => 0);
  #bucketSecond = 0;
  updatesTotal = 0;
  lastUpdateAtMs: number | null = null;
  /** Receive time minus device time of the newest update. */
  lagMs: number | null = null;
  synced = false;

  count(notification: Notification): void {
    if (notification.kind === 'sync') this.synced = true;
    else if (notification.kind === 'gap') this.synced = false;
    else this.#countUpdate(notification);
  }

  updatesPerSecond(nowMs: number): number {
    this.#turnTo(Math.floor(nowMs / 1_000));
    return this.#buckets.reduce((sum, count) => sum + count, 0) / windowSeconds;
  }

  #countUpdate(update: Extract<Notification, { kind: 'update' }>): void {
    const { receivedAtMs, timestampNs, updates } = update;
    const second = Math.floor(receivedAtMs / 1_000);
    this.#turnTo(second);
    this.#buckets[second % windowSeconds]! += updates.length;
    this.updatesTotal += updates.length;
    this.lastUpdateAtMs = receivedAtMs;
    // Initial states carry the time of their last change, which says nothing of the way.
    if (this.synced && timestampNs > 0n)
      this.lagMs = receivedAtMs - msFromUs(usFromNs(timestampNs));
  }

  #turnTo(second: number): void {
    const passed = Math.min(second - this.#bucketSecond, windowSeconds);
    for (let step = 0; step < passed; step += 1) this.#buckets[(second - step) % windowSeconds] = 0;
    if (passed > 0) this.#bucketSecond = second;
  }
}
