/** Events on their way into the operations log: written in bundles, bounded, never in the way of what they report. */
import type { Clock } from '../../core/time.ts';
import type { NewEvent } from '../../service/store/operating/event.ts';

const maxWaiting = 5_000;

export class EventLog {
  readonly #clock: Clock;
  readonly #seen: (event: NewEvent) => void;
  #waiting: NewEvent[] = [];
  dropped = 0;

  /** @param seen told of each event at once, for the program's own log */
  constructor(clock: Clock, seen: (event: NewEvent) => void) {
    this.#clock = clock;
    this.#seen = seen;
  }

  record(event: Omit<NewEvent, 'timeMs'>): void {
    const whole = { timeMs: this.#clock.nowMs(), ...event };
    this.#seen(whole);
    this.#waiting.push(whole);
    if (this.#waiting.length <= maxWaiting) return;
    this.#waiting.shift();
    this.dropped += 1;
  }

  /** Writes what waits; what could not be written waits on. */
  async flush(write: (events: readonly NewEvent[]) => Promise<void>): Promise<void> {
    const events = this.#waiting;
    if (events.length === 0) return;
    this.#waiting = [];
    try {
      await write(events);
    } catch (error) {
      this.#waiting = [...events, ...this.#waiting].slice(-maxWaiting);
      throw error;
    }
  }
}
