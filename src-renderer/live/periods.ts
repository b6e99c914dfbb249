/** Where the periods of an answer end, and whether the one that its numbers are of still runs. Pure. */
import type { QueryResult, RangeQuery } from '../../core/contract/query.ts';
import { periodsOf, usualLengthMs } from '../../core/query/calendar.ts';
import type { LiveSeries } from './live-series.ts';

/** What an answer is of, which may be more than was asked: whole periods. */
export type Answered = Pick<QueryResult, 'fromMs' | 'toMs' | 'asOfMs' | 'timeZone'>;

export function isCalendar(
  buckets: RangeQuery['buckets'],
): buckets is Exclude<NonNullable<RangeQuery['buckets']>, { by: 'range' }> {
  return buckets !== undefined && buckets.by !== 'range';
}

/** The end of the period that begins there. */
export function periodEnd(
  startMs: number,
  { buckets, answered }: { buckets: RangeQuery['buckets']; answered: Answered },
): number {
  if (!isCalendar(buckets)) return answered.toMs;
  const calendar = { unit: buckets.by, timeZone: answered.timeZone ?? 'UTC' };
  // Its middle is surely within, also where its begin was rounded to what is stored.
  const middleMs = startMs + usualLengthMs[buckets.by] / 2;
  return periodsOf({ fromMs: middleMs, toMs: middleMs + 1 }, calendar).at(-1)!;
}

/** The newest period of these lines was not over when the answer was made: its numbers are those so far. */
export function isRunning(
  lines: readonly LiveSeries[],
  { buckets, answered }: { buckets: RangeQuery['buckets']; answered: Answered | null },
): boolean {
  if (!isCalendar(buckets) || answered === null || lines.length === 0) return false;
  const newestMs = Math.max(...lines.map(({ lastMs }) => lastMs));
  return periodEnd(newestMs, { buckets, answered }) > answered.asOfMs;
}
