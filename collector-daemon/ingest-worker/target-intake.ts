/**
 * What one session's notifications go through before they are rows: the normaliser, and, some time after each sync, the
 * comparison of what has come with what the session and the store knew.
 */
import type { Epoch } from '../../core/id.ts';
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Path } from '../../core/telemetry/path.ts';
import type { Clock, Timers } from '../../core/time.ts';
import type { Normaliser } from '../normalise/normaliser.ts';
import { LatePatience, patienceMs } from './late-patience.ts';
import { StoredSweep, type StoredSweepOptions } from './stored-sweep.ts';

/** Which paths the device answers, by what it sends. */
interface Answered {
  receivedAt(ms: number): void;
  conclude(refused: readonly string[]): void;
}

export interface TargetIntakeOptions extends Pick<StoredSweepOptions, 'lives' | 'pause'> {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly epoch: Epoch;
  readonly subscriptions: readonly PathSubscription[];
  readonly normaliser: Normaliser;
  readonly answered: Answered;
  /** Rows that follow were received then, under that epoch. */
  readonly received: (ms: number, epoch: Epoch) => void;
  /** What the target had to send, again and at all, where it refuses these paths. */
  readonly owed: (refused: readonly string[]) => {
    readonly again: (path: Path) => boolean;
    readonly stored: (path: Path) => boolean;
  };
  readonly readingSinceMs: () => number | null;
  /** Nothing is collected any more. */
  readonly ending: AbortSignal;
}

export class TargetIntake implements Disposable {
  /** A new one goes on with the session that there is. */
  epoch: Epoch;
  readonly #options: TargetIntakeOptions;
  readonly #patience: LatePatience;
  /** With the session: what a comparison would still find is not its to tell. */
  readonly #over = new AbortController();

  constructor(options: TargetIntakeOptions) {
    const { normaliser, clock, subscriptions } = options;
    this.#options = options;
    this.epoch = options.epoch;
    const sweep = new StoredSweep({
      lives: options.lives,
      pause: options.pause,
      found: (stored, syncedAtMs) => {
        this.#receivedAt(clock.nowMs());
        normaliser.sweepStored(stored, syncedAtMs);
      },
    });
    this.#patience = new LatePatience({
      clock,
      timers: options.timers,
      patienceMs: patienceMs(subscriptions),
      readingSinceMs: options.readingSinceMs,
      over: ({ receivedAtMs: syncedAtMs, refused }, signal) => {
        options.answered.conclude(refused);
        const owed = options.owed(refused);
        this.#receivedAt(clock.nowMs());
        normaliser.sweep(syncedAtMs, owed.again);
        void sweep.run({ syncedAtMs, owed: owed.stored, signal });
      },
      signal: AbortSignal.any([this.#over.signal, options.ending]),
    });
  }

  accept(notification: Notification): void {
    this.#receivedAt(notification.receivedAtMs);
    this.#options.answered.receivedAt(notification.receivedAtMs);
    this.#options.normaliser.accept(notification);
    this.#patience.accept(notification);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#options.normaliser[Symbol.dispose]();
  }

  #receivedAt(ms: number): void {
    this.#options.received(ms, this.epoch);
  }
}
