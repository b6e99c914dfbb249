/** Values of a leaf → its samples: what repeats is counted and not written, counters get what they have counted since. */
import type { NumberRow, SampleWriter } from '../../core/telemetry/sample.ts';
import { exactInteger, type LeafValue, numberOf, textOf } from '../../core/telemetry/value.ts';
import { counterStep } from './counter-delta.ts';
import type { Leaf } from './leaf.ts';
import type { NormaliseCounters } from './normalise-counters.ts';

export class LeafSamples {
  readonly #writer: SampleWriter;
  readonly #counters: NormaliseCounters;
  readonly #row: NumberRow = { series: 0, timeUs: 0, value: 0, delta: 0, spanMs: 0, quality: 0 };

  constructor({ writer, counters }: { writer: SampleWriter; counters: NormaliseCounters }) {
    this.#writer = writer;
    this.#counters = counters;
  }

  /** @param bits of `sample.quality`; four parameters, for an object a sample would cost more than the rest */
  write(leaf: Leaf, value: LeafValue, timeUs: number, bits: number): void {
    if (leaf.kind === 'state') this.#state(leaf, value, timeUs);
    else this.#number(leaf, value, timeUs, bits);
  }

  #state(leaf: Leaf, value: LeafValue, timeUs: number): void {
    const text = textOf(value);
    if (leaf.lastText === text) {
      this.#counters.unchanged += 1;
      return;
    }
    if (timeUs >= leaf.lastTimeUs) {
      leaf.lastText = text;
      leaf.lastTimeUs = timeUs;
    }
    this.#writer.text(leaf.ref, timeUs, text);
  }

  #number(leaf: Leaf, value: LeafValue, timeUs: number, bits: number): void {
    const number = numberOf(value)!;
    if (timeUs === leaf.lastTimeUs && number === leaf.lastNumber) {
      this.#counters.repeated += 1;
      return;
    }
    const row = this.#row;
    row.series = leaf.ref;
    row.timeUs = timeUs;
    row.value = number;
    row.delta = Number.NaN;
    row.spanMs = -1;
    row.quality = bits;
    if (leaf.kind === 'counter') this.#countStep(leaf, exactInteger(value), timeUs, row);
    if (timeUs > leaf.lastTimeUs) {
      leaf.lastTimeUs = timeUs;
      leaf.lastNumber = number;
    }
    this.#writer.number(row);
  }

  /** Fills delta and span. A sample that is not newer than its predecessor has neither and does not become one. */
  #countStep(leaf: Leaf, integer: bigint | null, timeUs: number, row: NumberRow): void {
    const spanMs = Math.round((timeUs - leaf.lastTimeUs) / 1_000);
    if (timeUs <= leaf.lastTimeUs) return;
    if (integer !== null && leaf.lastInteger !== null && spanMs > 0 && spanMs <= 0x7fffffff) {
      const step = counterStep(leaf.lastInteger, integer);
      row.delta = Number(step.delta);
      row.spanMs = spanMs;
      row.quality |= step.quality;
    }
    leaf.lastInteger = integer;
  }
}
