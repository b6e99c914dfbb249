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
  type TierRetention,
} from './tier.ts';
import type { TimeRange } from './time-range.ts';

export interface Segment extends TimeRange {
  readonly tier: Tier;
}

/** Starts of the oldest and the newest bucket found; the newest may not be complete yet. */
export interface TierCoverage {
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** A tier that holds nothing is missing. */
export type Coverages = Readonly<Partial<Record<RollupTier, TierCoverage>>>;

export interface TierRequest {
  readonly range: TimeRange;
  /** Width of the buckets wanted. */
  readonly bucketMs: number;
  /** Rows that reading every sample would take, estimated. */
  readonly rawRows: number;
  readonly maxRawRows: number;
  readonly retention: TierRetention;
  readonly nowMs: number;
  /** Percentiles want the finest rollup rather than the coarsest that fits. */
  readonly finest?: boolean;
  /** Buckets may become as wide as the rows of the finest rollup. */
  readonly widening?: boolean;
}

/** Samples where they reach back far enough and are not too many, else the coarsest rollup fine enough for the buckets. */
export function chooseTier(request: TierRequest): Tier {
  const { range, bucketMs, rawRows, maxRawRows, retention, nowMs } = request;
  const reaching = tiers.filter((tier) => range.fromMs >= nowMs - retention[tier]);
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
  readonly retention: TierRetention;
  readonly nowMs: number;
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
    { tier, fromMs, toMs },
    ...cover(request, at - 1, { fromMs: toMs, toMs: range.toMs }),
  ];
}

/**
 * What this tier gives itself. Where the finer tier was dropped already, a bucket that the range cuts is given whole
 * rather than missing.
 */
function innerOf(
  { retention, nowMs }: SegmentRequest,
  at: number,
  { range, known }: { range: TimeRange; known: TierCoverage },
): TimeRange {
  const widthMs = tierMs[tiers[at]!];
  const finerFromMs = nowMs - retention[tiers[at - 1]!];
  const fromMs =
    range.fromMs >= finerFromMs
      ? Math.max(ceilTo(range.fromMs, widthMs), known.oldestMs)
      : floorTo(range.fromMs, widthMs);
  const completeMs = Math.min(floorTo(range.toMs, widthMs), known.newestMs);
  if (completeMs >= finerFromMs) return { fromMs, toMs: completeMs };
  const atHandMs = Math.max(known.newestMs + widthMs, ceilTo(finerFromMs, widthMs));
  return { fromMs, toMs: Math.min(ceilTo(range.toMs, widthMs), atHandMs) };
}
