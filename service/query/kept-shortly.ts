/** A value that is asked for again and again and changes seldom: read anew once it is older than `lifeMs`. */
export class KeptShortly<Value> {
  readonly #lifeMs: number;
  readonly #ticksMs: () => number;
  #kept: { readonly value: Value; readonly untilMs: number } | null = null;

  /** @param ticksMs of a counter that only ever goes on */
  constructor(lifeMs: number, ticksMs: () => number = () => performance.now()) {
    this.#lifeMs = lifeMs;
    this.#ticksMs = ticksMs;
  }

  /** Who asks while it is read reads for himself: each may be cut off by a signal of his own. */
  async get(read: () => Promise<Value>): Promise<Value> {
    const askedMs = this.#ticksMs();
    if (this.#kept !== null && askedMs < this.#kept.untilMs) return this.#kept.value;
    const value = await read();
    this.#kept = { value, untilMs: askedMs + this.#lifeMs };
    return value;
  }
}
