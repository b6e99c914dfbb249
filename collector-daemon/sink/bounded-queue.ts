/**
 * The queue in front of a sink: the only place that may drop, and it says what it dropped. Bounded in rows. Above the
 * high-water mark it asks its feeders to pause; below the low-water mark they may go on.
 */
export interface BoundedQueueOptions<Item> {
  readonly maxRows: number;
  readonly rowsOf: (item: Item) => number;
  /** The oldest goes when a new one does not fit. */
  readonly dropped: (item: Item) => void;
  /** true: feeders should pause; false: they may go on. */
  readonly pressure?: (high: boolean) => void;
}

const highWater = 0.5;
const lowWater = 0.25;

export class BoundedQueue<Item> {
  readonly #options: BoundedQueueOptions<Item>;
  #items: Item[] = [];
  #rows = 0;
  #handedOutRows = 0;
  #handedOut: Item | null = null;
  #high = false;
  #closed = false;
  #wake: (() => void) | null = null;

  constructor(options: BoundedQueueOptions<Item>) {
    this.#options = options;
  }

  get length(): number {
    return this.#items.length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** With those of the items handed out last, which are on their way until the next are asked for. */
  get unsettledRows(): number {
    return this.#rows + this.#handedOutRows;
  }

  /** Handed out last, or else the first that waits. */
  get oldestUnsettled(): Item | null {
    return this.#handedOut ?? this.#items[0] ?? null;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#rows += this.#options.rowsOf(item);
    while (this.#rows > this.#options.maxRows && this.#items.length > 1) {
      this.#options.dropped(this.#shift()!);
    }
    this.#reportPressure();
    this.#wake?.();
  }

  /**
   * All that waits, from the oldest, up to `maxRows` (one item even if it is larger); nothing once the queue is closed
   * and empty. One reader at a time.
   */
  async take(maxRows: number): Promise<readonly Item[]> {
    this.#handedOutRows = 0;
    this.#handedOut = null;
    while (this.#items.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const { rowsOf } = this.#options;
    const taken: Item[] = [];
    for (let next = this.#items[0]; next !== undefined; next = this.#items[0]) {
      if (taken.length > 0 && this.#handedOutRows + rowsOf(next) > maxRows) break;
      this.#handedOutRows += rowsOf(next);
      taken.push(this.#shift()!);
    }
    this.#handedOut = taken[0] ?? null;
    this.#reportPressure();
    return taken;
  }

  /** Nothing more will come; what is in it is still handed out. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  #shift(): Item | null {
    const item = this.#items.shift();
    if (item === undefined) return null;
    this.#rows -= this.#options.rowsOf(item);
    return item;
  }

  #reportPressure(): void {
    const share = this.#rows / this.#options.maxRows;
    if (!this.#high && share >= highWater) this.#setPressure(true);
    else if (this.#high && share <= lowWater) this.#setPressure(false);
  }

  #setPressure(high: boolean): void {
    this.#high = high;
    this.#options.pressure?.(high);
  }
}
