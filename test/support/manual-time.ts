/** Clock and one-shot timers that stand still until they are told to move. */
import type { Clock, Timers } from '../../core/time.ts';

interface Entry {
  readonly atMs: number;
  readonly run: () => void;
}

export class ManualTime implements Clock, Timers {
  #nowMs: number;
  readonly #entries = new Set<Entry>();

  constructor(startAtMs = 1_800_000_000_000) {
    this.#nowMs = startAtMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that are still to run. */
  get pending(): number {
    return this.#entries.size;
  }

  after(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, run };
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }

  /** Moves time on and runs what falls due on the way, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let due = this.#nextDue(untilMs); due !== undefined; due = this.#nextDue(untilMs)) {
      this.#entries.delete(due);
      this.#nowMs = due.atMs;
      due.run();
    }
    this.#nowMs = untilMs;
  }

  #nextDue(untilMs: number): Entry | undefined {
    return [...this.#entries]
      .filter(({ atMs }) => atMs <= untilMs)
      .toSorted((left, right) => left.atMs - right.atMs)[0];
  }
}
