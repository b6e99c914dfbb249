/**
 * Which tiers a range is read from. The chosen tier gives the middle; what it cannot give exactly (the ends of the range
 * that cut one of its buckets, and the newest part that is not rolled up yet) comes from the finer ones. Pure.
 */
import {
  ceilTo,
  floorTo,
  tierMs,
  tiers,
  type RollupTier,
  type Tier,
  type TierReach,
} from './tier.ts';
import type { TimeRange } from './time-range.ts';

export interface Segment extends TimeRange {
  readonly tier: Tier;
}

/** Starts of the oldest and the newest bucket found of a range; the newest may not be complete yet. */
export interface TierCoverage {
  readonly oldestMs: number;
  readonly newestMs: number;
  /** Of the oldest bucket that begins within the range. */
  readonly oldestWithinMs?: number | undefined;
  /** There is none but these of all series that are asked for; else some of the series stand for all. */
  readonly ofAll?: boolean;
  /** Whole buckets, in order of time, that lack samples which have come since. */
  readonly stale?: readonly TimeRange[] | undefined;
}

/** A tier that holds nothing is missing. */
export type Coverages = Readonly<Partial<Record<RollupTier, TierCoverage>>>;

/**
 * A rollup reaches no further back than its oldest bucket where a coarser one has older ones: what made them is gone,
 * though nobody wrote down that it was cut.
 */
export function reachHeld(reach: TierReach, coverages: Coverages): TierReach {
  const held = (tier: RollupTier) => {
    const oldestMs = coverages[tier]?.oldestMs ?? Infinity;
    const isWorn = rollups.slice(rollups.indexOf(tier) + 1).some((coarser) => {
      const withinMs = coverages[coarser]?.oldestWithinMs;
      return withinMs !== undefined && withinMs < floorTo(oldestMs, tierMs[coarser]);
    });
    return isWorn ? Math.max(reach[tier], oldestMs) : reach[tier];
  };
  return { raw: reach.raw, '1m': held('1m'), '1h': held('1h'), '1d': reach['1d'] };
}

const rollups = tiers.filter((tier) => tier !== 'raw');

export interface TierRequest {
  readonly range: TimeRange;
  /** Width of the buckets wanted. */
  readonly bucketMs: number;
  /** Rows that reading every sample would take, estimated. */
  readonly rawRows: number;
  readonly maxRawRows: number;
  readonly reach: TierReach;
  /** Percentiles want the finest rollup rather than the coarsest that fits. */
  readonly finest?: boolean;
  /** Buckets may become as wide as the rows of the finest rollup. */
  readonly widening?: boolean;
}

/** Samples where they reach back far enough and are not too many, else the coarsest rollup fine enough for the buckets. */
export function chooseTier(request: TierRequest): Tier {
  const { range, bucketMs, rawRows, maxRawRows, reach } = request;
  const reaching = tiers.filter((tier) => range.fromMs >= reach[tier]);
  if (reaching.includes('raw') && rawRows <= maxRawRows) return 'raw';
  const rollups = reaching.filter((tier) => tier !== 'raw');
  const finest = reaching[0] ?? '1d';
  if (request.finest === true) return rollups[0] ?? '1d';
  const fitting = rollups.findLast((tier) => tierMs[tier] <= bucketMs);
  if (fitting !== undefined) return fitting;
  // Where every pixel has its extremes, too many samples are still better than too few pixels.
  return request.widening === true ? (rollups[0] ?? finest) : finest;
}

/** The buckets must not cut a row of the tier in two. */
export function bucketFor(bucketMs: number, tier: Tier): number {
  return tier === 'raw' ? bucketMs : Math.max(tierMs[tier], ceilTo(bucketMs, tierMs[tier]));
}

export interface SegmentRequest {
  readonly tier: Tier;
  readonly range: TimeRange;
  readonly coverages: Coverages;
  readonly reach: TierReach;
}

/** The pieces of the range in order of time, without overlap; rollup pieces begin and end at bucket bounds. */
export function segmentsOf(request: SegmentRequest): Segment[] {
  return cover(request, tiers.indexOf(request.tier), request.range);
}

function cover(request: SegmentRequest, at: number, range: TimeRange): Segment[] {
  if (range.fromMs >= range.toMs) return [];
  const tier = tiers[at]!;
  if (tier === 'raw') return [{ tier, ...range }];
  const known = request.coverages[tier];
  if (known === undefined) return cover(request, at - 1, range);
  const { fromMs, toMs } = innerOf(request, at, { range, known });
  if (fromMs >= toMs) return cover(request, at - 1, range);
  return [
    ...cover(request, at - 1, { fromMs: range.fromMs, toMs: fromMs }),
    ...fresh(request, at, { range: { fromMs, toMs }, known }),
    ...cover(request, at - 1, { fromMs: toMs, toMs: range.toMs }),
  ];
}

/** What this tier gives, and from the finer ones what it has still to compute. */
function fresh(
  request: SegmentRequest,
  at: number,
  { range, known }: { range: TimeRange; known: TierCoverage },
): Segment[] {
  const pieces: Segment[] = [];
  let fromMs = range.fromMs;
  for (const stale of known.stale ?? []) {
    const part = within(stale, { fromMs, toMs: range.toMs });
    if (part.fromMs >= part.toMs) continue;
    if (part.fromMs > fromMs) pieces.push({ tier: tiers[at]!, fromMs, toMs: part.fromMs });
    pieces.push(...cover(request, at - 1, part));
    fromMs = part.toMs;
  }
  if (fromMs < range.toMs) pieces.push({ tier: tiers[at]!, fromMs, toMs: range.toMs });
  return pieces;
}

function within(one: TimeRange, range: TimeRange): TimeRange {
  return { fromMs: Math.max(one.fromMs, range.fromMs), toMs: Math.min(one.toMs, range.toMs) };
}

/**
 * What this tier gives itself. Where the finer tier was dropped already, a bucket that the range cuts is given whole
 * rather than missing. What the finer one still has beyond the buckets that there are (a history that was imported) comes
 * from there.
 */
function innerOf(
  { reach }: SegmentRequest,
  at: number,
  { range, known }: { range: TimeRange; known: TierCoverage },
): TimeRange {
  const widthMs = tierMs[tiers[at]!];
  const finerFromMs = reach[tiers[at - 1]!];
  const wholeMs = floorTo(range.fromMs, widthMs);
  const fromMs =
    range.fromMs >= finerFromMs
      ? Math.max(ceilTo(range.fromMs, widthMs), known.oldestMs)
      : Math.max(wholeMs, known.ofAll === true ? known.oldestMs : wholeMs);
  const completeMs = Math.min(floorTo(range.toMs, widthMs), known.newestMs);
  if (completeMs >= finerFromMs) return { fromMs, toMs: completeMs };
  const endMs = known.newestMs + widthMs;
  const atHandMs = known.ofAll === true ? endMs : Math.max(endMs, ceilTo(finerFromMs, widthMs));
  return { fromMs, toMs: Math.min(ceilTo(range.toMs, widthMs), atHandMs) };
}
