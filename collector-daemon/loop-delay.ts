/**
 * How late a thread's timers run: for as long as something keeps it busy, nothing else is done. A stall is seen whenever
 * it comes, also one that goes on when it is asked.
 */
import type { Timers } from '../core/time.ts';

const everyMs = 50;

export interface LoopDelayOptions {
  readonly timers: Timers;
  /** A counter of ms that only goes on. */
  readonly ticksMs: () => number;
}

export class LoopDelay implements Disposable {
  readonly #options: LoopDelayOptions;
  #dueMs = 0;
  #worstMs = 0;
  #cancel: () => void = () => {};

  constructor(options: LoopDelayOptions) {
    this.#options = options;
    this.#arm();
  }

  /** The longest delay since the last time, in ms. */
  take(): number {
    const worstMs = Math.max(this.#worstMs, this.#lateMs());
    this.#worstMs = 0;
    return worstMs;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #arm(): void {
    this.#dueMs = this.#options.ticksMs() + everyMs;
    this.#cancel = this.#options.timers.after(everyMs, () => {
      this.#worstMs = Math.max(this.#worstMs, this.#lateMs());
      this.#arm();
    });
  }

  #lateMs(): number {
    return Math.max(0, this.#options.ticksMs() - this.#dueMs);
  }
}
