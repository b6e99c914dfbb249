/** Counters: delta and span of a sample, where it can be known what was counted. */
import { type NumberRow, quality } from '../../core/telemetry/sample.ts';
import { meaningOf, mostPerMs } from './counter-delta.ts';
import type { ClockReading } from './device-clock.ts';
import type { CountedFrom, Leaf } from './leaf.ts';

const longestMs = 0x7fffffff;
const narrow = 2 ** 32;
/** What was counted most wears off, so that a burst of long ago says nothing of today. */
const wearing = 0.9;
/** A fall weighs as much as so many samples that count on. */
const fallWeight = 8;
/** A leaf that falls more often than that is none that counts, whatever it is called. */
const mostFalls = 16;

/** Whether the device says that a counter was cleared since. */
export type ClearedSince = (leaf: Leaf, since: CountedFrom, at: ClockReading) => boolean;

/** A sample that does not just count on. */
interface Oddity {
  readonly leaf: Leaf;
  readonly from: CountedFrom;
  readonly integer: bigint;
  readonly spanMs: number;
  readonly at: ClockReading;
  readonly row: NumberRow;
}

export class LeafCounting {
  readonly #cleared: ClearedSince;

  constructor(cleared: ClearedSince) {
    this.#cleared = cleared;
  }

  /**
   * Fills delta, span and quality of a sample that is newer than its predecessor, which the leaf still holds. The next one
   * counts from this sample, unless `heldFrom` says otherwise.
   */
  count(leaf: Leaf, integer: bigint | null, at: ClockReading, row: NumberRow): void {
    const held = leaf.heldFrom;
    const from: CountedFrom = held ?? leaf;
    const comparable = leaf.counts && leaf.valueGeneration === at.generation;
    leaf.counts = true;
    leaf.heldFrom = null;
    if (!comparable || integer === null || from.lastInteger === null) return;
    const spanMs = spanOf(from, at, row.timeUs);
    if (spanMs < 0) return;
    const counted = Number(integer - from.lastInteger);
    const perMs = counted / spanMs;
    const isUsual = perMs >= 0 && perMs <= mostPerMs && row.value >= 0 && leaf.lastNumber >= 0;
    if (!isUsual) return this.#countOddly({ leaf, from, integer, spanMs, at, row });
    row.delta = counted;
    row.spanMs = spanMs;
    if (row.value >= narrow) leaf.wide = true;
    const worn = leaf.mostPerMs * wearing;
    leaf.mostPerMs = perMs < worn ? worn : perMs;
    if (leaf.falls > 0) doubt(leaf, row);
  }

  #countOddly(odd: Oddity): void {
    const { leaf, from, integer, spanMs, row } = odd;
    const before = from.lastInteger!;
    const isCounter = row.value >= 0 && leaf.lastNumber >= 0;
    if (spanMs === 0 && integer >= before) {
      // Of one time, or nearly: the next sample has what all of them counted.
      leaf.heldFrom = copyOf(from);
    } else if (spanMs > 0 && isCounter && integer < before) this.#fall(odd);
    else if (spanMs > 0 && isCounter) leap(odd);
    else row.quality |= quality.uncounted;
  }

  #fall({ leaf, from, integer, spanMs, at, row }: Oddity): void {
    const intervalMs = spanOf(leaf, at, row.timeUs);
    const cleared = this.#cleared(leaf, from, at);
    const meaning = meaningOf({
      before: from.lastInteger!,
      now: integer,
      usual: leaf.mostPerMs * intervalMs,
      wide: leaf.wide || leaf.lastNumber >= narrow,
      cleared,
    });
    leaf.mostPerMs *= wearing;
    if (integer < leaf.lastInteger! && meaning.kind !== 'wrap' && !cleared)
      leaf.falls = Math.min(leaf.falls + fallWeight, 4 * mostFalls);
    if (meaning.kind === 'slip') leaf.heldFrom = copyOf(from);
    if (meaning.kind === 'slip' || meaning.kind === 'unknown') row.quality |= quality.uncounted;
    else {
      row.delta = Number(meaning.delta);
      row.spanMs = spanMs;
      row.quality |= quality[meaning.kind];
      if (leaf.falls > mostFalls && !cleared) withhold(row);
    }
  }
}

/**
 * Further up than anything counts: perhaps no count at all (some say 2^64 - 1 where they have none). It counts on from
 * before, until it goes on from up there.
 */
function leap({ leaf, from, integer, at, row }: Oddity): void {
  const goesOn = from !== leaf && leaf.lastInteger !== null && integer >= leaf.lastInteger;
  const spanMs = goesOn ? spanOf(leaf, at, row.timeUs) : -1;
  const counted = goesOn ? Number(integer - leaf.lastInteger!) : Number.NaN;
  if (spanMs > 0 && counted / spanMs <= mostPerMs) {
    row.delta = counted;
    row.spanMs = spanMs;
    leaf.mostPerMs = counted / spanMs;
    return;
  }
  row.quality |= quality.uncounted;
  leaf.heldFrom = copyOf(from);
}

function doubt(leaf: Leaf, row: NumberRow): void {
  if (leaf.falls > mostFalls) withhold(row);
  if (row.value !== leaf.lastNumber) leaf.falls -= 1;
}

function withhold(row: NumberRow): void {
  row.delta = Number.NaN;
  row.spanMs = -1;
  row.quality |= quality.uncounted;
}

/** ms from there to a sample stored at `timeUs`; -1 where it cannot be told. */
function spanOf(from: CountedFrom, at: ClockReading, timeUs: number): number {
  let spanUs = at.stampUs - from.lastStampUs;
  if (Number.isNaN(spanUs)) {
    // A time that had to make way for the one before is none to measure by.
    spanUs = timeUs === at.timeUs ? timeUs - from.lastTimeUs : Number.NaN;
  } else if (from.clockEpoch !== at.clockEpoch) {
    const { before } = at;
    spanUs =
      before?.id === from.clockEpoch
        ? at.heardUs - (from.lastStampUs - before.offsetUs)
        : Number.NaN;
  }
  const spanMs = Math.round(spanUs / 1_000);
  return spanMs >= 0 && spanMs <= longestMs ? spanMs : -1;
}

function copyOf({ lastInteger, lastStampUs, lastTimeUs, clockEpoch }: CountedFrom): CountedFrom {
  return { lastInteger, lastStampUs, lastTimeUs, clockEpoch };
}
