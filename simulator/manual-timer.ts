/** Device time that stands still until it is told to move; calls come in order of their time, then of their making. */
import type { Timer } from './timer.ts';

interface Entry {
  readonly atMs: number;
  readonly callback: () => void;
}

export class ManualTimer implements Timer {
  #nowMs: number;
  readonly #entries = new Set<Entry>();

  constructor(startAtMs: number) {
    this.#nowMs = startAtMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** How many calls are still to come; 0 after everything that used this timer was disposed of. */
  get pending(): number {
    return this.#entries.size;
  }

  at(atMs: number, callback: () => void): Disposable {
    const entry = { atMs, callback };
    this.#entries.add(entry);
    return { [Symbol.dispose]: () => void this.#entries.delete(entry) };
  }

  /** Moves time on, calling back everything that falls due on the way, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#nextDue(untilMs); next !== null; next = this.#nextDue(untilMs)) {
      this.#entries.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  #nextDue(untilMs: number): Entry | null {
    let first: Entry | null = null;
    for (const entry of this.#entries) {
      if (entry.atMs <= untilMs && (first === null || entry.atMs < first.atMs)) first = entry;
    }
    return first;
  }
}
