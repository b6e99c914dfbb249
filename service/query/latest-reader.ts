/** Newest values of series: what is kept of each, else its newest sample. */
import type { SeriesInfo } from '../../core/contract/query.ts';
import { readNewestSamples } from '../store/reading/newest-sample.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { readSeriesLast } from '../store/reading/series-last.ts';
import type { LatestValue } from './sample-source.ts';

/**
 * What `series_last` does not have is what was first measured seconds ago, or lost in a crash until the next start: few
 * series. Were it many, looking them up would take minutes; those after so many are left out.
 */
const maxLookUps = 5_000;

export async function readLatest(
  db: Queryable,
  series: readonly SeriesInfo[],
): Promise<LatestValue[]> {
  const ids = (some: readonly SeriesInfo[]) => some.map(({ id }) => id);
  const newest = await readSeriesLast(db, ids(series));
  const missing = series.filter(({ id }) => !newest.has(id)).slice(0, maxLookUps);
  const states = missing.filter(({ kind }) => kind === 'state');
  const numbers = missing.filter(({ kind }) => kind !== 'state');
  const found = [
    ...(await readNewestSamples(db, 'sample', ids(numbers))),
    ...(await readNewestSamples(db, 'sample_text', ids(states))),
  ];
  for (const row of found) newest.set(row.seriesId, row);
  return series.flatMap((info) => {
    const row = newest.get(info.id);
    if (row === undefined) return [];
    const { timeMs, value, text, endedAtMs } = row;
    return [{ series: info, timeMs, value, text, endedAtMs }];
  });
}
