/** Values of a leaf → its samples: what repeats is counted and not written, counters get what they have counted since. */
import type { NumberRow, SampleWriter } from '../../core/telemetry/sample.ts';
import { exactInteger, type LeafValue, numberOf, textOf } from '../../core/telemetry/value.ts';
import type { ClockReading } from './device-clock.ts';
import { LateNumbers } from './late-numbers.ts';
import { type Leaf, orderOf } from './leaf.ts';
import { type ClearedSince, LeafCounting } from './leaf-counting.ts';
import type { NormaliseCounters } from './normalise-counters.ts';
import type { LeafTime } from './sample-time.ts';
import { StateHistory, type Told } from './state-history.ts';

export interface LeafSamplesOptions {
  readonly writer: SampleWriter;
  readonly counters: NormaliseCounters;
  readonly cleared: ClearedSince;
}

export class LeafSamples {
  readonly #writer: SampleWriter;
  readonly #counters: NormaliseCounters;
  readonly #counting: LeafCounting;
  readonly #row: NumberRow = { series: 0, timeUs: 0, value: 0, delta: 0, spanMs: 0, quality: 0 };

  constructor({ writer, counters, cleared }: LeafSamplesOptions) {
    this.#writer = writer;
    this.#counters = counters;
    this.#counting = new LeafCounting(cleared);
  }

  /** @param bits of `sample.quality`; four parameters, for an object a sample would cost more than the rest */
  write(leaf: Leaf, value: LeafValue, at: ClockReading, bits: number): void {
    if (leaf.kind === 'state') this.#state(leaf, textOf(value), at);
    else this.#number(leaf, value, at, bits);
  }

  /** A leaf that was gone for a while: what was told of it since is a change, though it was left out. */
  wasGone(leaf: Leaf, { stampUs, timeUs }: LeafTime): void {
    const told = leaf.history?.after(stampUs);
    leaf.history?.insert({ stampUs, timeUs, text: null, written: true });
    if (told !== undefined && !told.written) this.#restate(leaf, told);
  }

  /** Stores the newest state again, with a time after that. */
  restateNewest(leaf: Leaf, afterUs: number): void {
    if (leaf.lastText === null) return;
    leaf.lastTimeUs = Math.max(leaf.lastTimeUs, afterUs + 1);
    this.#counters.restated += 1;
    this.#writeText(leaf, leaf.lastTimeUs, leaf.lastText);
  }

  #state(leaf: Leaf, text: string, at: ClockReading): void {
    const order = orderOf(leaf, at);
    if (order === 'late') return this.#lateState(leaf, text, at);
    const isSame = text === leaf.lastText;
    if (isSame) this.#counters.unchanged += 1;
    if (!isSame || order === 'newer') {
      const timeUs = isSame
        ? Math.max(at.timeUs, leaf.lastTimeUs)
        : Math.max(at.timeUs, leaf.lastTimeUs + 1);
      this.#remember(leaf, at, { timeUs, text, written: !isSame });
      if (!isSame) this.#writeText(leaf, timeUs, text);
    }
    leaf.valueGeneration = at.generation;
  }

  #remember(
    leaf: Leaf,
    at: ClockReading,
    told: { readonly timeUs: number; readonly text: string; readonly written: boolean },
  ): void {
    const { timeUs, text, written } = told;
    leaf.history ??= new StateHistory();
    // What was told by another clock cannot be compared with what comes.
    if (orderOf(leaf, at) === 'anew' || leaf.clockEpoch !== at.clockEpoch) leaf.history.clear();
    if (Number.isNaN(at.stampUs)) leaf.history.clear();
    else leaf.history.push(at.stampUs, timeUs, text, written);
    leaf.lastText = text;
    leaf.lastTimeUs = timeUs;
    leaf.lastStampUs = at.stampUs;
    leaf.clockEpoch = at.clockEpoch;
  }

  /** Only what it changed at its own time is new; and what was told after it may be a change then. */
  #lateState(leaf: Leaf, text: string, at: ClockReading): void {
    const { stampUs } = at;
    const history = leaf.history!;
    const after = history.after(stampUs)!;
    const before = history.at(stampUs);
    const afterUs = before?.timeUs ?? Number.NEGATIVE_INFINITY;
    const timeUs = Math.max(Math.min(at.timeUs, after.timeUs - 1), afterUs + 1);
    // Where it is not known what it was before, what it was after must do.
    const written = text !== (before ?? after).text;
    history.insert({ stampUs, timeUs, text, written });
    if (!written) {
      this.#counters.unchanged += 1;
      return;
    }
    this.#writer.text(leaf.ref, timeUs, text);
    if (!after.written && after.text !== text) this.#restate(leaf, after);
  }

  #restate(leaf: Leaf, told: Told): void {
    if (told.text === null) return;
    told.written = true;
    this.#counters.restated += 1;
    this.#writeText(leaf, told.timeUs, told.text);
  }

  #writeText(leaf: Leaf, timeUs: number, text: string): void {
    leaf.writtenTimeUs = Math.max(leaf.writtenTimeUs, timeUs);
    this.#writer.text(leaf.ref, timeUs, text);
  }

  #number(leaf: Leaf, value: LeafValue, at: ClockReading, bits: number): void {
    const number = numberOf(value)!;
    const order = orderOf(leaf, at);
    const row = this.#row;
    row.series = leaf.ref;
    row.value = number;
    row.delta = Number.NaN;
    row.spanMs = -1;
    row.quality = bits;
    const isSame = number === leaf.lastNumber;
    // Of a fresh connect too: with the next sample it will be known.
    if (order === 'late' || (order === 'anew' && !isSame)) this.#lateNumber(leaf, at, row);
    else if (isSame && order !== 'newer') {
      this.#counters.repeated += 1;
      // What was counted while nobody listened is not to be told as if somebody had.
      if (leaf.valueGeneration !== at.generation) leaf.counts = false;
    } else {
      row.timeUs = Math.max(at.timeUs, leaf.lastTimeUs + 1);
      const integer = leaf.kind === 'counter' ? exactInteger(value) : null;
      if (leaf.kind === 'counter') this.#counting.count(leaf, integer, at, row);
      leaf.lastInteger = integer;
      leaf.lastNumber = number;
      leaf.lastTimeUs = row.timeUs;
      leaf.writtenTimeUs = row.timeUs;
      leaf.lastStampUs = at.stampUs;
      leaf.clockEpoch = at.clockEpoch;
      this.#writer.number(row);
    }
    if (order !== 'anew') leaf.valueGeneration = at.generation;
  }

  #lateNumber(leaf: Leaf, { stampUs, timeUs }: ClockReading, row: NumberRow): void {
    leaf.late ??= new LateNumbers();
    if (leaf.late.has(stampUs, row.value)) {
      this.#counters.repeated += 1;
      return;
    }
    leaf.late.add(stampUs, row.value);
    row.timeUs = timeUs;
    this.#writer.number(row);
  }
}
