/**
 * How long after its sync a target may still send what belongs to its initial set: some send the sync first and each leaf
 * with its next sample. Only afterwards what did not come is taken for gone; concluded at the sync itself, each reconnect
 * to such a target would end all that it has.
 */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Clock, Timers } from '../../core/time.ts';

const intervals = 3;
const minimumMs = 30_000;

/** ms after the sync, by the longest sample interval that was asked for. */
export function patienceMs(subscriptions: readonly PathSubscription[]): number {
  const sampled = subscriptions.filter(({ mode }) => mode === 'sample');
  return Math.max(
    minimumMs,
    ...sampled.map(({ sampleIntervalMs }) => sampleIntervalMs * intervals),
  );
}

export type Sync = Extract<Notification, { kind: 'sync' }>;

export interface LatePatienceOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly patienceMs: number;
  /** Since when the sessions read what their targets send, ms since the epoch; null while they do not. */
  readonly readingSinceMs: () => number | null;
  /** Called once a connect; its signal is aborted when that connect is over. */
  readonly over: (sync: Sync, signal: AbortSignal) => void;
  readonly signal: AbortSignal;
}

export class LatePatience {
  readonly #options: LatePatienceOptions;
  /** Of the connect, from its sync on. */
  #connect: AbortController | null = null;

  constructor(options: LatePatienceOptions) {
    this.#options = options;
  }

  /** Of several syncs of one connect the first counts. */
  accept(notification: Notification): void {
    if (notification.kind === 'gap') {
      this.#connect?.abort();
      this.#connect = null;
    } else if (notification.kind === 'sync' && this.#connect === null) {
      this.#connect = new AbortController();
      this.#wait(notification, AbortSignal.any([this.#connect.signal, this.#options.signal]));
    }
  }

  #wait(sync: Sync, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { clock, timers, patienceMs: delayMs, readingSinceMs, over } = this.#options;
    const sinceMs = clock.nowMs();
    const cancel = timers.after(delayMs, () => {
      signal.removeEventListener('abort', cancel);
      const readMs = readingSinceMs();
      // What came while we did not read may wait in the socket still.
      if (readMs === null || readMs > sinceMs) this.#wait(sync, signal);
      else over(sync, signal);
    });
    signal.addEventListener('abort', cancel, { once: true });
  }
}
