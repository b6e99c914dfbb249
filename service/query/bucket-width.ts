/** How wide buckets have to be for what is put together in them. */
import type { SeriesId } from '../../core/id.ts';
import type { Reduction } from '../../core/query/measure.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Queryable } from '../store/queryable.ts';
import { usualSpacing } from '../store/tier-coverage.ts';

export interface WidthWanted {
  readonly groups: readonly (readonly SeriesId[])[];
  readonly reduction: Reduction;
  readonly range: TimeRange;
  readonly widthMs: number;
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

/** Of a time: a sample's increase is of all its interval, and no bucket may be said to have it that is narrower. */
const totals: readonly Reduction[] = ['increase', 'sum', 'count'];

/**
 * Series are measured each at its own time. In buckets narrower than their interval some members of a group would be
 * missing here and others there, and their sum be too small everywhere.
 * @returns the width wanted, or a wider one: at most half the range
 */
export async function widthForAll(db: Queryable, wanted: WidthWanted): Promise<number> {
  const { groups, reduction, range, widthMs } = wanted;
  const together = groups.some((members) => members.length > 1);
  if (!together && !totals.includes(reduction)) return widthMs;
  const spacingMs = await usualSpacing(db, groups.flat(), range);
  const lengthMs = range.toMs - range.fromMs;
  const step = stepsMs.find((stepMs) => stepMs >= intervals * spacingMs) ?? Infinity;
  if (together) {
    const widest = stepsMs.findLast((stepMs) => stepMs <= lengthMs / 2) ?? 0;
    return Math.max(widthMs, Math.min(step, widest));
  }
  // What is sent on change has no interval; where it comes so seldom, buckets say best when.
  return spacingMs <= widthMs || step > lengthMs / 4 ? widthMs : Math.max(widthMs, step);
}
