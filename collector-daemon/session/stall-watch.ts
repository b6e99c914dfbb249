/**
 * Notices that this thread stood still (a busy machine, a stopped process, a long collection of garbage): nobody was read
 * meanwhile, and whoever breaks off right afterwards is not to blame for it.
 */
import type { Clock, Timers } from '../../core/time.ts';

export interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface StallWatchOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly stalled: (stall: Stall) => void;
}

const lookEveryMs = 1_000;
/** A shorter one breaks nothing. */
const leastMs = 5_000;
/** Time-outs of the other side may still run out because of it. */
const afterMs = 30_000;

export class StallWatch implements Disposable {
  readonly #options: StallWatchOptions;
  #last: Stall | null = null;
  #cancel: () => void = () => {};

  constructor(options: StallWatchOptions) {
    this.#options = options;
    this.#look();
  }

  /** The stall that ended a moment ago; null where there was none. */
  recent(): Stall | null {
    const last = this.#last;
    return last !== null && this.#options.clock.nowMs() - last.toMs <= afterMs ? last : null;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #look(): void {
    const { clock, timers, stalled } = this.#options;
    const fromMs = clock.nowMs();
    this.#cancel = timers.after(lookEveryMs, () => {
      const toMs = clock.nowMs();
      if (toMs - fromMs >= lookEveryMs + leastMs) {
        this.#last = { fromMs, toMs };
        stalled(this.#last);
      }
      this.#look();
    });
  }
}
