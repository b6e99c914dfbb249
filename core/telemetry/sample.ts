/**
 * Sealed, columnar rows on their way from the batcher to every sink. Rows are in arrival order; all columns of a kind
 * have the same length. Nothing is changed after sealing.
 */
import type { DeviceId, Epoch, NodeName } from '../id.ts';
import type { SeriesDefinition } from './series.ts';

/** Bits of `sample.quality`. */
export const quality = {
  /** The counter was cleared or restarted; the delta counts from 0. */
  reset: 1,
  /** The counter passed 2^32 or 2^64. */
  wrap: 2,
  /** The predecessor came from the store, not from this session. */
  bridged: 4,
  /** The device sent fewer values than it measured (gNMI duplicates). */
  coalesced: 8,
  /** The device's clock is wrong; the time is what is left without its error, or the receive time. */
  clockFault: 16,
  /** The counter went down or leapt, and nothing says why: it has no delta. */
  uncounted: 32,
} as const;

export interface NumberColumns {
  /** `SeriesDefinition.ref` */
  readonly series: Uint32Array;
  /** µs since the epoch */
  readonly timeUs: Float64Array;
  readonly value: Float64Array;
  /** Counters only; NaN where there is none (gauge, first sample, after a gap, out of order). */
  readonly delta: Float64Array;
  /** ms that `delta` covers; -1 where there is none. */
  readonly spanMs: Int32Array;
  readonly quality: Uint16Array;
}

export interface TextColumns {
  readonly series: Uint32Array;
  readonly timeUs: Float64Array;
  readonly value: readonly string[];
}

/** The ends of series: their targets deleted the leaves, or no longer send them. */
export interface EndColumns {
  readonly series: Uint32Array;
  /** µs since the epoch: from then on the leaf is not there, until a sample of that time or later. */
  readonly timeUs: Float64Array;
  /** 1: the end of that time was none, for the leaf was only sent late; else 0. Of one series and time the last counts. */
  readonly withdrawn: Uint8Array;
}

/** Columns on their way to the database: each row with its receive time, or when an end was concluded. */
export type Received<Columns> = Columns & {
  /** ms since the epoch, by the clock of the node, which goes by the database's. */
  readonly receivedMs: Float64Array;
};

/**
 * When rows of one device were received, and under which epoch. Who overtook the epoch keeps rows of before the take-over
 * and refuses those of after it: mostly the range tells, else the receive time of the row.
 */
export interface ReceivedRange {
  readonly deviceId: DeviceId;
  readonly epoch: Epoch;
  /** ms since the epoch, by the clock of the node: of the first row, and of the last. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Identifies a batch for ever: the ledger refuses the second of the same key. */
export interface BatchKey {
  readonly node: NodeName;
  /** Start of the program, ms since the epoch: a restarted node counts its sequences anew. */
  readonly incarnation: number;
  readonly worker: number;
  /** From 1, without holes, per worker. */
  readonly sequence: number;
}

/** What arrived within a short time: published at once, and stored alone or with others that wait. */
export interface SampleSlice {
  /** Series that no earlier slice of this worker introduced. */
  readonly introduces: readonly SeriesDefinition[];
  /** Refs of series that no later slice has rows of. */
  readonly retires: readonly number[];
  readonly numbers: Received<NumberColumns>;
  readonly texts: Received<TextColumns>;
  readonly ends: Received<EndColumns>;
  /** Of all devices that it has rows of, one for each epoch; a part of a slice may have more than it needs. */
  readonly received: readonly ReceivedRange[];
  readonly sealedAtMs: number;
}

/** What is stored in one transaction. */
export interface SampleBatch extends SampleSlice {
  readonly key: BatchKey;
}

/** Where normalised rows go. Times are µs since the epoch. */
export interface SampleWriter {
  number(row: NumberRow): void;
  text(series: number, timeUs: number, value: string): void;
  /** The series ends; with `withdrawn` its end of that time is taken back. */
  end(series: number, timeUs: number, withdrawn: boolean): void;
}

/** One row on its way into the columns. The normaliser fills one object again and again; copy what you keep. */
export interface NumberRow {
  series: number;
  timeUs: number;
  value: number;
  /** NaN where there is none. */
  delta: number;
  /** -1 where there is none. */
  spanMs: number;
  quality: number;
}

/** Samples of one device that are lost for good. */
export interface DroppedRows {
  readonly deviceId: DeviceId;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lost: number;
}

/** Samples; ends are not counted among them. */
export function rowCount({ numbers, texts }: SampleSlice): number {
  return numbers.series.length + texts.series.length;
}

/** ms since the epoch: receive time of the oldest row; null without rows. */
export function receivedSinceMs(slice: Pick<SampleSlice, 'received'> | null): number | null {
  const times = slice?.received.map(({ fromMs }) => fromMs) ?? [];
  return times.length === 0 ? null : times.reduce((oldest, ms) => Math.min(oldest, ms));
}

export const noEnds: EndColumns = {
  series: new Uint32Array(),
  timeUs: new Float64Array(),
  withdrawn: new Uint8Array(),
};

export const noReceivedEnds: Received<EndColumns> = {
  ...noEnds,
  receivedMs: new Float64Array(),
};
