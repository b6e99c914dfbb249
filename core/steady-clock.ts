/**
 * A clock that goes on steadily from where it was last set, whatever happens to the machine's wall clock. Nodes set theirs
 * by the database's, so that all of them, and all that is stored, go by one time.
 */
import type { Clock } from './time.ts';

/** A moment by both clocks. Threads of one process share `ticksMs`, so an anchor can be handed to them. */
export interface ClockAnchor {
  /** ms since the epoch */
  readonly timeMs: number;
  /** Of a counter that only ever goes on, ms. */
  readonly ticksMs: number;
}

export class SteadyClock implements Clock {
  readonly #ticksMs: () => number;
  #anchor: ClockAnchor;

  constructor(ticksMs: () => number, anchor: ClockAnchor) {
    this.#ticksMs = ticksMs;
    this.#anchor = anchor;
  }

  get anchor(): ClockAnchor {
    return this.#anchor;
  }

  nowMs(): number {
    return this.#anchor.timeMs + (this.#ticksMs() - this.#anchor.ticksMs);
  }

  /** How far the clock is behind what the anchor says of the same moment, in ms. */
  behindMs({ timeMs, ticksMs }: ClockAnchor): number {
    return timeMs - ticksMs - (this.#anchor.timeMs - this.#anchor.ticksMs);
  }

  set(anchor: ClockAnchor): void {
    this.#anchor = anchor;
  }
}
