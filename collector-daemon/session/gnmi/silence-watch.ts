/**
 * Synced is not alive: a stream that falls silent is noticed by its data, relative to the intervals that were asked
 * for. Armed by the first update after sync, so a target that has nothing to sample is left alone.
 */
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import type { Timers } from '../../../core/time.ts';

const missedIntervals = 4;
const minimumMs = 15_000;

export class SilenceWatch {
  readonly #timers: Timers;
  readonly #expectedMs: number | null;
  readonly #silent: (sentence: string) => void;
  #cancel: (() => void) | null = null;
  #heardSinceCheck = false;
  #suspended = false;

  constructor(
    timers: Timers,
    subscriptions: readonly PathSubscription[],
    silent: (sentence: string) => void,
  ) {
    this.#timers = timers;
    this.#expectedMs = expectedIntervalMs(subscriptions);
    this.#silent = silent;
  }

  heard(): void {
    this.#heardSinceCheck = true;
    if (this.#cancel === null) this.#arm();
  }

  disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#suspended = false;
  }

  /** While we do not read, hearing nothing is not the target's silence. */
  suspend(): void {
    if (this.#cancel === null) return;
    this.disarm();
    this.#suspended = true;
  }

  /** The target has a whole patience again to say something. */
  resume(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    this.heard();
  }

  #arm(): void {
    if (this.#expectedMs === null) return;
    const patienceMs = Math.max(minimumMs, this.#expectedMs * missedIntervals);
    this.#heardSinceCheck = false;
    this.#cancel = this.#timers.after(patienceMs, () => {
      this.#cancel = null;
      if (this.#heardSinceCheck) this.#arm();
      else
        this.#silent(
          `fell silent for ${patienceMs / 1_000} s, though it was asked for updates every ${this.#expectedMs! / 1_000} s`,
        );
    });
  }
}

/** The shortest interval at which the target must say something, or null where it need not. */
export function expectedIntervalMs(subscriptions: readonly PathSubscription[]): number | null {
  const intervals = subscriptions.flatMap(
    ({ mode, sampleIntervalMs, heartbeatIntervalMs, suppressRedundant }) => {
      if (heartbeatIntervalMs > 0) return [heartbeatIntervalMs];
      return mode === 'sample' && sampleIntervalMs > 0 && !suppressRedundant
        ? [sampleIntervalMs]
        : [];
    },
  );
  return intervals.length === 0 ? null : Math.min(...intervals);
}
