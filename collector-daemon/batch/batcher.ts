/** Collects rows and seals a slice by count or by age, whichever comes first. */
import {
  type EndColumns,
  noEnds,
  type NumberRow,
  type SampleSlice,
  type SampleWriter,
} from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import type { Clock, Timers } from '../../core/time.ts';
import { NumberBuilder } from './number-builder.ts';

export interface BatcherOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Series that no earlier slice introduced. */
  readonly takeIntroduced: () => readonly SeriesDefinition[];
  readonly sealed: (slice: SampleSlice) => void;
  readonly maxRows?: number;
  readonly maxAgeMs?: number;
}

const noText: readonly string[] = [];

export class Batcher implements SampleWriter, Disposable {
  readonly #options: BatcherOptions;
  readonly #maxRows: number;
  readonly #numbers: NumberBuilder;
  #textSeries: number[] = [];
  #textTimeUs: number[] = [];
  #textValue: string[] = [];
  #ends: [series: number, timeUs: number, withdrawn: boolean][] = [];
  #oldestAtMs = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#maxRows = options.maxRows ?? 10_000;
    this.#numbers = new NumberBuilder(this.#maxRows);
  }

  number(row: NumberRow): void {
    this.#open();
    this.#numbers.push(row);
    if (this.#rows() >= this.#maxRows) this.seal();
  }

  text(series: number, timeUs: number, value: string): void {
    this.#open();
    this.#textSeries.push(series);
    this.#textTimeUs.push(timeUs);
    this.#textValue.push(value);
    if (this.#rows() >= this.#maxRows) this.seal();
  }

  end(series: number, timeUs: number, withdrawn: boolean): void {
    this.#open();
    this.#ends.push([series, timeUs, withdrawn]);
    if (this.#rows() >= this.#maxRows) this.seal();
  }

  /** Seals what there is; nothing where there is nothing. */
  seal(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#rows() === 0) return;
    const slice: SampleSlice = {
      introduces: this.#options.takeIntroduced(),
      numbers: this.#numbers.seal(),
      texts: {
        series: Uint32Array.from(this.#textSeries),
        timeUs: Float64Array.from(this.#textTimeUs),
        value: this.#textValue.length === 0 ? noText : this.#textValue,
      },
      ends: endColumns(this.#ends),
      oldestReceivedAtMs: this.#oldestAtMs,
      sealedAtMs: this.#options.clock.nowMs(),
    };
    this.#textSeries = [];
    this.#textTimeUs = [];
    this.#textValue = [];
    this.#ends = [];
    this.#options.sealed(slice);
  }

  [Symbol.dispose](): void {
    this.seal();
  }

  #rows(): number {
    return this.#numbers.length + this.#textSeries.length + this.#ends.length;
  }

  /** The first row starts the age. */
  #open(): void {
    if (this.#cancelTimer !== null) return;
    this.#oldestAtMs = this.#options.clock.nowMs();
    this.#cancelTimer = this.#options.timers.after(this.#options.maxAgeMs ?? 250, () =>
      this.seal(),
    );
  }
}

function endColumns(
  ends: readonly (readonly [series: number, timeUs: number, withdrawn: boolean])[],
): EndColumns {
  if (ends.length === 0) return noEnds;
  return {
    series: Uint32Array.from(ends, ([series]) => series),
    timeUs: Float64Array.from(ends, ([, timeUs]) => timeUs),
    withdrawn: Uint8Array.from(ends, ([, , withdrawn]) => Number(withdrawn)),
  };
}
