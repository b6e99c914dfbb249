/**
 * When to ask for a snapshot of a topic: at once, and again after waits that double while the answers do not help. A
 * publisher whose frames nobody can read would else be asked with each of them, for ever.
 */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;

interface Asked {
  readonly atMs: number;
  readonly waitMs: number;
  /** In a row that did not help, this one included. */
  readonly times: number;
}

export class SnapshotPatience {
  readonly #asked = new Map<string, Asked>();

  /** True where it is time to ask; then it counts as asked. */
  ask(topic: string, nowMs: number): boolean {
    const last = this.#asked.get(topic);
    // A clock that was set back must not make the wait longer.
    if (last !== undefined && Math.abs(nowMs - last.atMs) < last.waitMs) return false;
    const { times, waitMs } = last ?? { times: 0, waitMs: 0 };
    this.#asked.set(topic, {
      atMs: nowMs,
      waitMs: times === 0 ? firstWaitMs : Math.min(longestWaitMs, waitMs * 2),
      times: times + 1,
    });
    return true;
  }

  /** How often in a row it did not help. */
  timesAsked(topic: string): number {
    return this.#asked.get(topic)?.times ?? 0;
  }

  /** Frames of the topic are read again: the next trouble is a new one, but nobody is asked twice within the first wait. */
  helped(topic: string): void {
    const last = this.#asked.get(topic);
    if (last !== undefined && last.times > 0) {
      this.#asked.set(topic, { atMs: last.atMs, waitMs: firstWaitMs, times: 0 });
    }
  }

  forget(gone: (topic: string) => boolean): void {
    for (const topic of this.#asked.keys()) if (gone(topic)) this.#asked.delete(topic);
  }
}
