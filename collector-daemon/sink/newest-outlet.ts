/** Flushes newest values now and then: at once where that is cheap, and never for more than a tenth of the time. */
import type { Clock } from '../../core/time.ts';

const shareOfTime = 0.1;
/** Newest values in the database are never older than this, however slow it is. */
const maxWaitMs = 30_000;

export class NewestOutlet {
  readonly #clock: Clock;
  readonly #flush: () => Promise<void>;
  #dueAtMs = -Infinity;

  constructor(clock: Clock, flush: () => Promise<void>) {
    this.#clock = clock;
    this.#flush = flush;
  }

  /** Call it every second; under pressure most calls find that it is too early. */
  async run(): Promise<void> {
    const startedAtMs = this.#clock.nowMs();
    // A clock set back must not put the next flush off for long.
    if (startedAtMs < this.#dueAtMs && this.#dueAtMs - startedAtMs < maxWaitMs) return;
    await this.#flush();
    const endedAtMs = this.#clock.nowMs();
    const waitMs = Math.max(0, endedAtMs - startedAtMs) * (1 / shareOfTime - 1);
    this.#dueAtMs = endedAtMs + Math.min(waitMs, maxWaitMs);
  }
}
