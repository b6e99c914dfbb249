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

/** With so many a bucket, jitter leaves no member without a sample in it. */
const intervals = 2;

/** Of a time: a sample's increase is of all its interval, and no bucket may be said to have it that is narrower. */
const totals: readonly Reduction[] = ['increase', 'sum', 'count'];

/**
 * Series are measured each at its own time. In buckets narrower than their interval some members of a group would be
 * missing here and others there, and their sum be too small everywhere.
 * @returns the width wanted, or a wider one: at most the range
 */
export async function widthForAll(db: Queryable, wanted: WidthWanted): Promise<number> {
  const { groups, reduction, range, widthMs } = wanted;
  const together = groups.some((members) => members.length > 1);
  if (!together && !totals.includes(reduction)) return widthMs;
  const spacingMs = await usualSpacing(db, groups.flat(), range);
  if (!together && spacingMs <= widthMs) return widthMs;
  const lengthMs = range.toMs - range.fromMs;
  return Math.max(widthMs, Math.min(lengthMs, Math.ceil(intervals * spacingMs)));
}
