/** Events that would come with every batch: the first is told, then one a minute at most, with what was left out. */
import type { Clock } from '../../core/time.ts';

const minuteMs = 60_000;

export class EventPace {
  readonly #clock: Clock;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #untold = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Samples to be told now, those of events left out included; null where it is too soon. */
  count(samples: number): number | null {
    const nowMs = this.#clock.nowMs();
    this.#untold += samples;
    if (nowMs - this.#toldAtMs < minuteMs) return null;
    const told = this.#untold;
    this.#toldAtMs = nowMs;
    this.#untold = 0;
    return told;
  }
}
