/** Growing columns of numeric rows; sealing copies them to their exact length. */
import type { NumberColumns, NumberRow, Received } from '../../core/telemetry/sample.ts';

export class NumberBuilder {
  readonly #capacity: number;
  readonly #series: Uint32Array;
  readonly #timeUs: Float64Array;
  readonly #value: Float64Array;
  readonly #delta: Float64Array;
  readonly #spanMs: Int32Array;
  readonly #quality: Uint16Array;
  readonly #receivedMs: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#series = new Uint32Array(capacity);
    this.#timeUs = new Float64Array(capacity);
    this.#value = new Float64Array(capacity);
    this.#delta = new Float64Array(capacity);
    this.#spanMs = new Int32Array(capacity);
    this.#quality = new Uint16Array(capacity);
    this.#receivedMs = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(row: NumberRow, receivedMs: number): void {
    const at = this.#length;
    if (at === this.#capacity) throw new RangeError(`a batch holds ${this.#capacity} rows`);
    this.#series[at] = row.series;
    this.#timeUs[at] = row.timeUs;
    this.#value[at] = row.value;
    this.#delta[at] = row.delta;
    this.#spanMs[at] = row.spanMs;
    this.#quality[at] = row.quality;
    this.#receivedMs[at] = receivedMs;
    this.#length = at + 1;
  }

  /** The rows so far as columns of their own; the builder is empty again. */
  seal(): Received<NumberColumns> {
    const end = this.#length;
    this.#length = 0;
    return {
      series: this.#series.slice(0, end),
      timeUs: this.#timeUs.slice(0, end),
      value: this.#value.slice(0, end),
      delta: this.#delta.slice(0, end),
      spanMs: this.#spanMs.slice(0, end),
      quality: this.#quality.slice(0, end),
      receivedMs: this.#receivedMs.slice(0, end),
    };
  }
}
