/**
 * Synced is not alive: a stream that falls silent is noticed by its data, relative to the intervals that were asked for.
 * Only paths that the target has sent anything of are waited for, so that one that has no data, or a stream of changes
 * alone, is left alone.
 */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Path } from '../../core/telemetry/path.ts';
import type { Clock, Timers } from '../../core/time.ts';
import { subscribedTo } from './subscribed-paths.ts';

const missedIntervals = 4;
const minimumMs = 15_000;
/** While the initial set is gathered, a target may pause between its parts. */
const unsyncedMinimumMs = 24_000;
/** Looks a patience: silence is noticed after one patience, and one look more at most. */
const looks = 4;
/** A look that comes so late says that we stood still, not the target. */
const lateMs = 2_000;
/** A target that kept its interval for so many usual patiences needs no more than the usual one. */
const steadyPatiences = 8;

type Update = Extract<Notification, { kind: 'update' }>;

export interface SilenceWatchOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly subscriptions: readonly PathSubscription[];
  readonly silent: (sentence: string) => void;
  /** How many times as long as usual to wait: a target may send more rarely than it was asked to. Default 1. */
  readonly patience?: number;
  /** More patience than usual is not needed any more. */
  readonly steady?: () => void;
}

interface Expected {
  readonly intervalMs: number;
  readonly includes: (path: Path) => boolean;
  /** The target has sent something of it since the stream began. */
  heard: boolean;
}

/** How long to wait, and how often to look meanwhile. */
interface Wait {
  readonly intervalMs: number;
  /** Without more patience than usual. */
  readonly usualMs: number;
  readonly patienceMs: number;
  readonly lookMs: number;
}

export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #expected: readonly Expected[];
  #patience: number;
  #cancel: (() => void) | null = null;
  #synced = false;
  #heardSinceLook = false;
  /** Looks since something was heard. */
  #missed = 0;
  #steadyMs = 0;
  #suspended = false;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#patience = options.patience ?? 1;
    this.#expected = options.subscriptions.flatMap((subscription) => {
      const intervalMs = expectedIntervalMs(subscription);
      const includes = subscribedTo([subscription]);
      return intervalMs === null ? [] : [{ intervalMs, includes, heard: false }];
    });
  }

  /** The initial set tells which paths have data; after it one update a look is proof enough. */
  heard({ updates }: Update): void {
    if (this.#synced && this.#heardSinceLook) return;
    for (const expected of this.#expected) {
      if (expected.heard && this.#heardSinceLook) continue;
      if (!updates.some(({ path }) => expected.includes(path))) continue;
      expected.heard = true;
      this.#heardSinceLook = true;
    }
    if (this.#heardSinceLook && this.#cancel === null) this.#arm();
  }

  /** The initial set is complete: from now on the usual patience is enough. */
  synced(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.#stopTimer();
    this.#arm();
  }

  /** For good: the stream is over. */
  disarm(): void {
    this.#stopTimer();
    this.#synced = false;
    for (const expected of this.#expected) expected.heard = false;
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
    this.#arm();
  }

  #stopTimer(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Only where no timer runs. */
  #arm(): void {
    this.#missed = 0;
    this.#heardSinceLook = false;
    this.#lookLater();
  }

  #lookLater(): void {
    const wait = this.#wait();
    if (this.#suspended || wait === null) return;
    const { clock, timers } = this.#options;
    const dueMs = clock.nowMs() + wait.lookMs;
    this.#cancel = timers.after(wait.lookMs, () => {
      this.#cancel = null;
      // We stood still: what the target said meanwhile is still to be read.
      if (clock.nowMs() > dueMs + lateMs) this.#arm();
      else this.#look(wait);
    });
  }

  #look(wait: Wait): void {
    this.#missed = this.#heardSinceLook ? 0 : this.#missed + 1;
    this.#heardSinceLook = false;
    if (this.#missed >= looks) {
      const { patienceMs, intervalMs } = wait;
      return this.#options.silent(
        `fell silent for ${patienceMs / 1_000} s, though it was asked for updates every ${intervalMs / 1_000} s`,
      );
    }
    this.#calm(wait);
    this.#lookLater();
  }

  #calm({ usualMs, lookMs }: Wait): void {
    if (this.#patience === 1) return;
    this.#steadyMs = this.#missed * lookMs < usualMs ? this.#steadyMs + lookMs : 0;
    if (this.#steadyMs < steadyPatiences * usualMs) return;
    this.#patience = 1;
    this.#options.steady?.();
  }

  /** Null where nothing is waited for. */
  #wait(): Wait | null {
    const intervals = this.#expected.flatMap(({ heard, intervalMs }) =>
      heard ? [intervalMs] : [],
    );
    if (intervals.length === 0) return null;
    const intervalMs = Math.min(...intervals);
    const leastMs = this.#synced ? minimumMs : unsyncedMinimumMs;
    const usualMs = Math.max(leastMs, intervalMs * missedIntervals);
    const patienceMs = usualMs * this.#patience;
    return { intervalMs, usualMs, patienceMs, lookMs: patienceMs / looks };
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
