/** The same lines an offset earlier, shifted onto the asked range, for comparing. */
import type { RangeQuery } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import { spanOf } from '../../core/query/bounds.ts';
import { periodsBefore } from '../../core/query/calendar.ts';
import type { CalendarBuckets } from './calendar-buckets.ts';
import { derivedId } from './line.ts';
import { readLines, type LinesRead, type LinesWanted } from './line-reader.ts';
import type { SampleSource } from './sample-source.ts';

/** Ids of groups and of others come before; so many of these there never are. */
const firstEarlierPlace = 1_000_000;

export interface EarlierWanted extends LinesWanted {
  readonly query: LinesWanted['query'] & Pick<RangeQuery, 'offsetMs'>;
  readonly calendar: CalendarBuckets | undefined;
}

/** Nothing where no offset is asked for. */
export async function readEarlier(
  source: SampleSource,
  wanted: EarlierWanted,
  signal: AbortSignal,
): Promise<LinesRead> {
  const { offsetMs } = wanted.query;
  // Before 1970 nothing was measured, and no calendar is reckoned.
  if (offsetMs === undefined || offsetMs >= wanted.range.toMs)
    return { points: [], bucketMs: 0, tier: 'raw' };
  const before = beforeOf(wanted, offsetMs);
  const read = await readLines(source, { ...wanted, ...before }, signal);
  const placeOf = new Map<SeriesId, number>(wanted.lines.map(({ info }, at) => [info.id, at]));
  const points = read.points.map((one) => ({
    ...one,
    series: { ...one.series, id: derivedId(firstEarlierPlace + placeOf.get(one.series.id)!) },
    timesMs: one.timesMs.map((timeMs, at) => wanted.calendar?.boundsMs[at] ?? timeMs + offsetMs),
    earlier: { offsetMs, seriesId: one.series.id },
  }));
  return { ...read, points };
}

/** Of a calendar as many whole periods, which stand for those asked for one by one. */
function beforeOf(
  { range, buckets, calendar }: EarlierWanted,
  offsetMs: number,
): Pick<LinesWanted, 'range' | 'buckets'> {
  if (calendar === undefined)
    return { range: { fromMs: range.fromMs - offsetMs, toMs: range.toMs - offsetMs }, buckets };
  const boundsMs = periodsBefore(calendar.boundsMs, calendar.calendar, offsetMs);
  return { range: spanOf(boundsMs), buckets: { by: 'bounds', boundsMs } };
}
