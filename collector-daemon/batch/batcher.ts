/**
 * Collects rows and seals a slice by count or by age, whichever comes first; and before the first row of a device under a
 * new epoch, so that in a slice a device has one.
 */
import type { DeviceId, Epoch } from '../../core/id.ts';
import {
  type EndColumns,
  noReceivedEnds,
  type NumberRow,
  type Received,
  type SampleSlice,
  type SampleWriter,
  type TextColumns,
} from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import type { Clock, Timers } from '../../core/time.ts';
import { NumberBuilder } from './number-builder.ts';
import { ReceivedRanges } from './received-ranges.ts';

export interface BatcherOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Series that no earlier slice introduced. */
  readonly takeIntroduced: () => readonly SeriesDefinition[];
  /** Refs that no later row will have. */
  readonly takeRetired: () => readonly number[];
  readonly sealed: (slice: SampleSlice) => void;
  readonly maxRows?: number;
  readonly maxAgeMs?: number;
}

/** Takes the rows of one device, as one of its sessions receives them. */
export interface DeviceWriter extends SampleWriter {
  /** What is written from now on was received then, and under that epoch. */
  received(atMs: number, epoch: Epoch): void;
}

interface Text {
  readonly series: number;
  readonly timeUs: number;
  readonly value: string;
  readonly receivedMs: number;
}

interface End {
  readonly series: number;
  readonly timeUs: number;
  readonly withdrawn: boolean;
  readonly receivedMs: number;
}

/** Where rows come from. */
interface Origin {
  readonly deviceId: DeviceId;
  epoch: Epoch;
  receivedMs: number;
  /** The slice that knows of it already. */
  notedIn: number;
}

export class Batcher implements Disposable {
  readonly #options: BatcherOptions;
  readonly #maxRows: number;
  readonly #numbers: NumberBuilder;
  readonly #received = new ReceivedRanges();
  #texts: Text[] = [];
  #ends: End[] = [];
  /** Counts the slices. */
  #slice = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#maxRows = options.maxRows ?? 10_000;
    this.#numbers = new NumberBuilder(this.#maxRows);
  }

  /** Says where rows of the device come from before it writes the first one. */
  writerOf(deviceId: DeviceId): DeviceWriter {
    const origin: Origin = { deviceId, epoch: 0 as Epoch, receivedMs: 0, notedIn: -1 };
    return {
      received: (atMs, epoch) => {
        origin.epoch = epoch;
        origin.receivedMs = atMs;
        origin.notedIn = -1;
      },
      number: (row) => this.#number(origin, row),
      text: (series, timeUs, value) => {
        this.#open(origin);
        this.#texts.push({ series, timeUs, value, receivedMs: origin.receivedMs });
        this.#sealFull();
      },
      end: (series, timeUs, withdrawn) => {
        this.#open(origin);
        this.#ends.push({ series, timeUs, withdrawn, receivedMs: origin.receivedMs });
        this.#sealFull();
      },
    };
  }

  /** Seals what there is; nothing where there is nothing. */
  seal(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#rows() === 0) return;
    const slice: SampleSlice = {
      introduces: this.#options.takeIntroduced(),
      retires: this.#options.takeRetired(),
      numbers: this.#numbers.seal(),
      texts: textColumns(this.#texts),
      ends: endColumns(this.#ends),
      received: this.#received.take(),
      sealedAtMs: this.#options.clock.nowMs(),
    };
    this.#texts = [];
    this.#ends = [];
    this.#slice += 1;
    this.#options.sealed(slice);
  }

  [Symbol.dispose](): void {
    this.seal();
  }

  #number(origin: Origin, row: NumberRow): void {
    this.#open(origin);
    this.#numbers.push(row, origin.receivedMs);
    this.#sealFull();
  }

  #rows(): number {
    return this.#numbers.length + this.#texts.length + this.#ends.length;
  }

  #sealFull(): void {
    if (this.#rows() >= this.#maxRows) this.seal();
  }

  /** The first row starts the age. */
  #open(origin: Origin): void {
    if (origin.notedIn !== this.#slice) this.#note(origin);
    if (this.#cancelTimer !== null) return;
    this.#cancelTimer = this.#options.timers.after(this.#options.maxAgeMs ?? 250, () =>
      this.seal(),
    );
  }

  #note(origin: Origin): void {
    const { deviceId, epoch, receivedMs } = origin;
    if (!this.#received.note(deviceId, epoch, receivedMs)) {
      this.seal();
      this.#received.note(deviceId, epoch, receivedMs);
    }
    origin.notedIn = this.#slice;
  }
}

function textColumns(texts: readonly Text[]): Received<TextColumns> {
  return {
    series: Uint32Array.from(texts, ({ series }) => series),
    timeUs: Float64Array.from(texts, ({ timeUs }) => timeUs),
    receivedMs: Float64Array.from(texts, ({ receivedMs }) => receivedMs),
    value: texts.map(({ value }) => value),
  };
}

function endColumns(ends: readonly End[]): Received<EndColumns> {
  if (ends.length === 0) return noReceivedEnds;
  return {
    series: Uint32Array.from(ends, ({ series }) => series),
    timeUs: Float64Array.from(ends, ({ timeUs }) => timeUs),
    withdrawn: Uint8Array.from(ends, ({ withdrawn }) => Number(withdrawn)),
    receivedMs: Float64Array.from(ends, ({ receivedMs }) => receivedMs),
  };
}
