/** Counts what a session delivers: updates a second, newest update, lag of its device's clock and way. */
import type { Notification } from '../../core/telemetry/notification.ts';
import { msFromUs, usFromNs } from '../../core/time.ts';

/** Rates are of whole seconds that have passed, at most this many. */
const windowSeconds = 10;

export class SessionMeter {
  readonly #bySecond = new Map<number, number>();
  #firstSecond: number | null = null;
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
    const current = Math.floor(nowMs / 1_000);
    this.#forgetBefore(current - windowSeconds);
    if (this.#firstSecond !== null && this.#firstSecond > current) this.#startAnew(current);
    const seconds = Math.min(windowSeconds, current - (this.#firstSecond ?? current));
    let updates = 0;
    for (const [second, count] of this.#bySecond) if (second < current) updates += count;
    return seconds === 0 ? 0 : updates / seconds;
  }

  #countUpdate(update: Extract<Notification, { kind: 'update' }>): void {
    const { receivedAtMs, timestampNs, updates } = update;
    const second = Math.floor(receivedAtMs / 1_000);
    this.#firstSecond ??= second;
    if (!this.#bySecond.has(second)) this.#forgetBefore(second - windowSeconds);
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + updates.length);
    this.updatesTotal += updates.length;
    this.lastUpdateAtMs = receivedAtMs;
    // Initial states carry the time of their last change, which says nothing of the way.
    if (this.synced && timestampNs > 0n)
      this.lagMs = receivedAtMs - msFromUs(usFromNs(timestampNs));
  }

  /** The clock was set back: seconds that lie in the future now are of no use. */
  #startAnew(second: number): void {
    this.#bySecond.clear();
    this.#firstSecond = second;
  }

  #forgetBefore(oldest: number): void {
    for (const second of this.#bySecond.keys()) if (second < oldest) this.#bySecond.delete(second);
  }
}
