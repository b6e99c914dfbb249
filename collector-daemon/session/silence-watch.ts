/**
 * Synced is not alive: a stream that falls silent is noticed by its data, relative to the intervals that were asked for.
 * Only paths that the target has sent anything of are waited for, so that one that has no data, or a stream of changes
 * alone, is left alone.
 */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Path } from '../../core/telemetry/path.ts';
import type { Timers } from '../../core/time.ts';
import { subscribedTo } from './subscribed-paths.ts';

const missedIntervals = 4;
const minimumMs = 15_000;

type Update = Extract<Notification, { kind: 'update' }>;

export interface SilenceWatchOptions {
  readonly timers: Timers;
  readonly subscriptions: readonly PathSubscription[];
  readonly silent: (sentence: string) => void;
  /** How many times as long as usual to wait: a target may send more rarely than it was asked to. Default 1. */
  readonly patience?: number;
}

interface Expected {
  readonly intervalMs: number;
  readonly includes: (path: Path) => boolean;
  /** The target has sent something of it since the stream began. */
  heard: boolean;
}

export class SilenceWatch {
  readonly #timers: Timers;
  readonly #expected: readonly Expected[];
  readonly #silent: (sentence: string) => void;
  readonly #patience: number;
  #cancel: (() => void) | null = null;
  #synced = false;
  #heardSinceCheck = false;
  #suspended = false;

  constructor({ timers, subscriptions, silent, patience = 1 }: SilenceWatchOptions) {
    this.#timers = timers;
    this.#patience = patience;
    this.#expected = subscriptions.flatMap((subscription) => {
      const intervalMs = expectedIntervalMs(subscription);
      const includes = subscribedTo([subscription]);
      return intervalMs === null ? [] : [{ intervalMs, includes, heard: false }];
    });
    this.#silent = silent;
  }

  /** The initial set tells which paths have data; after it one update a check is proof enough. */
  heard({ updates }: Update): void {
    if (this.#synced && this.#heardSinceCheck) return;
    for (const expected of this.#expected) {
      if (expected.heard && this.#heardSinceCheck) continue;
      if (!updates.some(({ path }) => expected.includes(path))) continue;
      expected.heard = true;
      this.#heardSinceCheck = true;
    }
    if (this.#synced && this.#heardSinceCheck && this.#cancel === null) this.#arm();
  }

  synced(): void {
    this.#synced = true;
    if (this.#cancel === null) this.#arm();
  }

  /** For good: the stream is over. */
  disarm(): void {
    this.#stopTimer();
    this.#synced = false;
  }

  /**
   * While we do not read, hearing nothing is not the target's silence. A notification that is being handled meanwhile is
   * heard afterwards.
   */
  suspend(): void {
    this.#stopTimer();
    this.#suspended = true;
  }

  /** The target has a whole patience again to say something. */
  resume(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    if (this.#synced) this.#arm();
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Only where no timer runs. */
  #arm(): void {
    if (this.#suspended) return;
    const intervals = this.#expected.flatMap(({ heard, intervalMs }) =>
      heard ? [intervalMs] : [],
    );
    if (intervals.length === 0) return;
    const intervalMs = Math.min(...intervals);
    const patienceMs = Math.max(minimumMs, intervalMs * missedIntervals) * this.#patience;
    this.#heardSinceCheck = false;
    this.#cancel = this.#timers.after(patienceMs, () => {
      this.#cancel = null;
      if (this.#heardSinceCheck) this.#arm();
      else
        this.#silent(
          `fell silent for ${patienceMs / 1_000} s, though it was asked for updates every ${intervalMs / 1_000} s`,
        );
    });
  }
}

/** The interval at which the target must say something, or null where it need not. */
export function expectedIntervalMs({
  mode,
  sampleIntervalMs,
  heartbeatIntervalMs,
  suppressRedundant,
}: PathSubscription): number | null {
  if (heartbeatIntervalMs > 0) return heartbeatIntervalMs;
  return mode === 'sample' && sampleIntervalMs > 0 && !suppressRedundant ? sampleIntervalMs : null;
}
