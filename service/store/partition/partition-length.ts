/**
 * How long one partition or chunk of samples should be, from the rate at which rows arrive. An index that is written all
 * over is fast only while it stays in memory, so those of the open partitions are to fit a quarter of it; more partitions
 * than needed make every plan slower. No I/O.
 */
import { partitionMinutes } from '../../../core/contract/system.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Of samples, and as many of texts. A statement that can leave none out locks each and its index, 2,000 locks; by default
 * PostgreSQL has room for some 6,400, which a dump and a second such statement must share.
 */
const maxPartitions = 500;
/** Whole days go, so today is there besides raw retention, and so is the day ahead. */
const daysBesides = 2;
const shareOfMemory = 1 / 4;
/** A longer step must fit this much of the room, so that what is lengthened is not shortened at the next look. */
const roomToLengthen = 1 / 2;
const lengthenEveryMs = dayMs;

export interface WriteLoad {
  /** Rows of samples and texts together; null where too little was seen. */
  readonly rowsPerSecond: number | null;
  /** Of all indexes of a row together. */
  readonly indexBytesPerRow: number;
  /** What the server has for its caches. */
  readonly memoryBytes: number;
}

export interface LengthQuestion {
  readonly lengthMs: number;
  /** When the length was changed last; null where it never was. */
  readonly revisedAtMs: number | null;
  readonly nowMs: number;
  readonly rawDays: number;
}

/** The steps that raw retention allows, shortest first. */
export function allowedLengths(rawDays: number): readonly number[] {
  const steps = partitionMinutes.map((minutes) => minutes * minuteMs);
  const allowed = steps.filter((lengthMs) => partitionsOf(rawDays, lengthMs) <= maxPartitions);
  return allowed.length === 0 ? steps.slice(-1) : allowed;
}

/** How many there are at most, once all are of that length. */
export function partitionsOf(rawDays: number, lengthMs: number): number {
  return ((rawDays + daysBesides) * dayMs) / lengthMs;
}

/** A reason, for sentences. */
export function whyNotShorter(rawDays: number): string {
  return `raw samples are kept for ${rawDays} days, for which shorter ones would be more than ${maxPartitions}`;
}

/** For sentences: `2 h`, `15 min`. */
export function lengthText(lengthMs: number): string {
  return lengthMs % 3_600_000 === 0
    ? `${lengthMs / 3_600_000} h`
    : `${Number((lengthMs / minuteMs).toFixed(1))} min`;
}

/** Bytes of the indexes of one partition of that length. */
export function openIndexBytes(load: WriteLoad, lengthMs: number): number {
  return ((load.rowsPerSecond ?? 0) * load.indexBytesPerRow * lengthMs) / 1_000;
}

export function fitsMemory(load: WriteLoad, lengthMs: number): boolean {
  return openIndexBytes(load, lengthMs) <= load.memoryBytes * shareOfMemory;
}

/**
 * The length from now on. Too long is shortened at once, as far as needed; too short is lengthened by one step and at
 * most once a day, so that a quiet hour changes nothing for long.
 */
export function reviseLength(load: WriteLoad, question: LengthQuestion): number {
  const { lengthMs, revisedAtMs, nowMs, rawDays } = question;
  const allowed = allowedLengths(rawDays);
  const shortest = allowed[0]!;
  if (lengthMs < shortest) return shortest;
  if (load.rowsPerSecond === null) return lengthMs;
  if (!fitsMemory(load, lengthMs)) {
    return allowed.findLast((step) => step < lengthMs && fitsMemory(load, step)) ?? shortest;
  }
  const longer = allowed.find((step) => step > lengthMs);
  const early = revisedAtMs !== null && nowMs - revisedAtMs < lengthenEveryMs;
  if (longer === undefined || early) return lengthMs;
  const roomBytes = load.memoryBytes * shareOfMemory * roomToLengthen;
  return openIndexBytes(load, longer) <= roomBytes ? longer : lengthMs;
}
