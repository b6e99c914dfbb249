/** The newest sample of each series, from the samples themselves: for what `series_last` does not know (yet). */
import type { SeriesId } from '../../core/id.ts';
import { idList } from './measured-rows.ts';
import type { Queryable } from './queryable.ts';
import type { SeriesLastRow } from './series-last.ts';

const columns = {
  sample: 'time, value, null::text as text',
  sample_text: 'time, null::float8 as value, value as text',
} as const;

/**
 * One look into the index (series_id, time) for each series, newest partition first; a series without any sample
 * costs a look into every partition.
 * @returns those that have a sample
 */
export async function readNewestSamples(
  db: Queryable,
  table: keyof typeof columns,
  seriesIds: readonly SeriesId[],
): Promise<SeriesLastRow[]> {
  if (seriesIds.length === 0) return [];
  const { rows } = await db.query<SeriesLastRow>(
    `select wanted.id as "seriesId", found.time as "timeMs", found.value, found.text
     from unnest($1::bigint[]) as wanted (id)
     cross join lateral (
       select ${columns[table]} from ${table}
       where series_id = wanted.id order by time desc limit 1
     ) as found`,
    [idList(seriesIds)],
  );
  return rows;
}
