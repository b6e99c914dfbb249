/**
 * Notices ingest workers that do not report for some seconds: their thread is busy or stuck, and what their devices send
 * waits. Reports come once a second. While this thread itself stood still, nobody could be heard. Pure.
 */
export const stallAfterMs = 5_000;
/** A look that comes so late says that it was us. */
const lookLateMs = 3_000;

export type StallNews =
  | { readonly kind: 'stalled'; readonly slot: number; readonly silentMs: number }
  | { readonly kind: 'going-on'; readonly slot: number; readonly silentMs: number };

interface Heard {
  atMs: number;
  stalledSinceMs: number | null;
}

export class StallWatch {
  readonly #heard = new Map<number, Heard>();
  #lookedAtMs: number | null = null;

  /** Times are of a counter of ms that only goes on. */
  reported(slot: number, nowMs: number): StallNews | null {
    const known = this.#heard.get(slot);
    this.#heard.set(slot, { atMs: nowMs, stalledSinceMs: null });
    if (known === undefined || known.stalledSinceMs === null) return null;
    return { kind: 'going-on', slot, silentMs: nowMs - known.stalledSinceMs };
  }

  /** Its thread has ended; another one will be heard. */
  forget(slot: number): void {
    this.#heard.delete(slot);
  }

  /** To be called about once a second. */
  look(nowMs: number): readonly StallNews[] {
    const late = this.#lookedAtMs !== null && nowMs - this.#lookedAtMs > lookLateMs;
    this.#lookedAtMs = nowMs;
    const news: StallNews[] = [];
    for (const [slot, heard] of this.#heard) {
      if (heard.stalledSinceMs !== null) continue;
      if (late) heard.atMs = nowMs;
      const silentMs = nowMs - heard.atMs;
      if (silentMs <= stallAfterMs) continue;
      heard.stalledSinceMs = heard.atMs;
      news.push({ kind: 'stalled', slot, silentMs });
    }
    return news;
  }

  /** ms since each was last heard, by slot. */
  ages(nowMs: number): ReadonlyMap<number, number> {
    return new Map(Array.from(this.#heard, ([slot, { atMs }]) => [slot, nowMs - atMs]));
  }
}
