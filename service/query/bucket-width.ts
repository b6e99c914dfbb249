/** How wide buckets have to be for what is put together in them. */
import type { SeriesId } from '../../core/id.ts';
import type { Measure, Reduction } from '../../core/query/measure.ts';
import type { RollupTier } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { usualSpacing } from '../store/reading/tier-coverage.ts';

export interface WidthWanted {
  readonly groups: readonly (readonly SeriesId[])[];
  readonly reduction: Reduction;
  readonly measure: Measure;
  readonly range: TimeRange;
  readonly widthMs: number;
  /** Those that are there. */
  readonly rollups: readonly RollupTier[];
}

/** With about two intervals a bucket, jitter leaves no member without a sample in it. */
const intervals = 1.8;

/**
 * Widths to widen to: far enough apart that jitter does not move them from one answer to the next, and from a minute on
 * multiples of the rows of rollups.
 */
const stepsMs = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1_000);

/** A sample's increase counts where the sample is: one more or less of so many changes the total of a bucket little. */
const intervalsOfIncrease = 10;

/** Of a time: a sample's increase is of all its interval, and no bucket may be said to have it that is narrower. */
const totals: readonly Reduction[] = ['increase', 'sum', 'count'];

/**
 * Series are measured each at its own time. In buckets narrower than their interval some members of a group would be
 * missing here and others there, and their sum be too small everywhere.
 * @returns the width wanted, or a wider one: at most half the range
 */
export async function widthForAll(db: Queryable, wanted: WidthWanted): Promise<number> {
  const { groups, reduction, measure, range, widthMs, rollups } = wanted;
  const together = groups.some((members) => members.length > 1);
  if (!together && !totals.includes(reduction)) return widthMs;
  const spacingMs = await usualSpacing(db, { seriesIds: groups.flat(), range, rollups });
  const lengthMs = range.toMs - range.fromMs;
  const least = stepOf(intervals * spacingMs);
  const increases = measure === 'rate' && (reduction === 'increase' || reduction === 'sum');
  const even = increases
    ? Math.min(stepOf(intervalsOfIncrease * spacingMs), stepWithin(lengthMs / 8))
    : 0;
  const wide = Math.max(widthMs, least, even);
  if (together) return Math.max(widthMs, Math.min(wide, stepWithin(lengthMs / 2)));
  // What is sent on change has no interval; where it comes so seldom, buckets say best when.
  if (least > lengthMs / 4) return widthMs;
  return spacingMs <= widthMs ? Math.max(widthMs, even) : wide;
}

function stepOf(ms: number): number {
  return stepsMs.find((stepMs) => stepMs >= ms) ?? Infinity;
}

function stepWithin(ms: number): number {
  return stepsMs.findLast((stepMs) => stepMs <= ms) ?? 0;
}
