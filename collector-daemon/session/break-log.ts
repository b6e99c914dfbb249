/**
 * Remembers the breaks of one session until they were reported: states are reported once a second, and a session may
 * stream and break several times in between.
 */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Clock } from '../../core/time.ts';
import type { SessionBreak } from '../../core/inventory/session-break.ts';
import type { SessionState } from './session-state.ts';
import { expectedIntervalMs } from './silence-watch.ts';
import type { Stall } from './stall-watch.ts';

export interface BreakLogOptions {
  readonly clock: Clock;
  readonly subscriptions: readonly PathSubscription[];
}

/** More cannot come between two reports: waits between connects grow. */
const kept = 20;
const missedIntervals = 3;
const leastHoleMs = 5_000;

export class BreakLog {
  readonly #clock: Clock;
  /** A longer time between two stamps, over a time when we stood still, is a hole. */
  readonly #holeMs: number | null;
  #streamedFromMs: number | null = null;
  #lastReceivedAtMs: number | null = null;
  #lastStampNs = 0n;
  #stall: Stall | null = null;
  /** Oldest first. */
  newest: readonly SessionBreak[] = [];

  constructor({ clock, subscriptions }: BreakLogOptions) {
    this.#clock = clock;
    const intervals = subscriptions.flatMap((one) => expectedIntervalMs(one) ?? []);
    this.#holeMs =
      intervals.length === 0
        ? null
        : Math.max(leastHoleMs, missedIntervals * Math.min(...intervals));
  }

  notified(notification: Notification): void {
    if (notification.kind !== 'update') return;
    const { timestampNs, receivedAtMs } = notification;
    if (this.#stall !== null && timestampNs > 0n) this.#afterStall(this.#stall, notification);
    this.#lastReceivedAtMs = receivedAtMs;
    if (timestampNs > this.#lastStampNs) this.#lastStampNs = timestampNs;
  }

  changed({ name, sinceMs, brokeBy }: SessionState): void {
    if (name === 'streaming') this.#streamedFromMs = sinceMs;
    if ((name !== 'backing-off' && name !== 'refused') || this.#streamedFromMs === null) return;
    const cause = brokeBy ?? 'connection-lost';
    this.#add({ fromMs: this.#lastReceivedAtMs ?? sinceMs, toMs: null, cause });
    this.#streamedFromMs = null;
    this.#stall = null;
  }

  /** What the target sent meanwhile may have waited for us, or not. */
  stalled(stall: Stall): void {
    if (this.#streamedFromMs !== null && this.#lastStampNs > 0n) this.#stall = stall;
  }

  /**
   * The first update after we stood still: where its stamp follows the one before, the target's data waited in the
   * connection; where it jumps, what lies between was never sent to us.
   */
  #afterStall(stall: Stall, update: Extract<Notification, { kind: 'update' }>): void {
    this.#stall = null;
    const jumpMs = Number((update.timestampNs - this.#lastStampNs) / 1_000_000n);
    if (this.#holeMs === null || jumpMs < this.#holeMs) return;
    const fromMs = this.#lastReceivedAtMs ?? stall.fromMs;
    this.#add({ fromMs, toMs: fromMs + jumpMs, cause: 'collector-stalled' });
  }

  #add(hole: Omit<SessionBreak, 'noticedAtMs' | 'streamedFromMs'>): void {
    const last = this.newest.at(-1)?.noticedAtMs ?? Number.NEGATIVE_INFINITY;
    // Also where the clock was set back meanwhile.
    const noticedAtMs = Math.max(this.#clock.nowMs(), last + 1);
    const streamedFromMs = this.#streamedFromMs ?? hole.fromMs;
    this.newest = [...this.newest.slice(1 - kept), { ...hole, noticedAtMs, streamedFromMs }];
  }
}
