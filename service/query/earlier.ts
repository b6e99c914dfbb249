/** The same lines an offset earlier, shifted onto the asked range, for comparing. */
import type { RangeQuery } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import { derivedId } from './line.ts';
import { readLines, type LinesRead, type LinesWanted } from './line-reader.ts';
import type { SampleSource } from './sample-source.ts';

/** Ids of groups and of others come before; so many of these there never are. */
const firstEarlierPlace = 1_000_000;

/** Nothing where no offset is asked for. */
export async function readEarlier(
  source: SampleSource,
  wanted: LinesWanted & { query: Pick<RangeQuery, 'offsetMs'> },
  signal: AbortSignal,
): Promise<LinesRead> {
  const { range, query, nowMs } = wanted;
  const { offsetMs } = query;
  if (offsetMs === undefined) return { points: [], bucketMs: 0, tier: 'raw' };
  const before = { fromMs: range.fromMs - offsetMs, toMs: range.toMs - offsetMs };
  const read = await readLines(source, { ...wanted, range: before, nowMs }, signal);
  const placeOf = new Map<SeriesId, number>(wanted.lines.map(({ info }, at) => [info.id, at]));
  const points = read.points.map((one) => ({
    ...one,
    series: { ...one.series, id: derivedId(firstEarlierPlace + placeOf.get(one.series.id)!) },
    timesMs: one.timesMs.map((timeMs) => timeMs + offsetMs),
    earlier: { offsetMs, seriesId: one.series.id },
  }));
  return { ...read, points };
}
