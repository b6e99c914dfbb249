/** The newest sample of each series, from the samples themselves: for what `series_last` does not know (yet). */
import type { SeriesId } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { idList } from './measured-rows.ts';
import type { Queryable } from '../connection/queryable.ts';
import { endedAfter, recentSince, type SeriesLastRow } from './series-last.ts';

const columns = {
  sample: 'time, value, null::text as text',
  sample_text: 'time, null::float8 as value, value as text',
} as const;

/**
 * For each series one look into the index (series_id, time) of every partition that the time allows: rows of any time may
 * lie in the default one, so PostgreSQL merges them all rather than begin with the newest. Therefore the last two days
 * are looked through first, and what is older only for series that have nothing there.
 * @returns those that have a sample
 */
export async function readNewestSamples(
  db: Queryable,
  table: keyof typeof columns,
  seriesIds: readonly SeriesId[],
): Promise<SeriesLastRow[]> {
  const since = recentSince(systemClock.nowMs());
  const recent = await newestWithin(db, table, { seriesIds, from: since, to: 'infinity' });
  const found = new Set(recent.map(({ seriesId }) => seriesId));
  const silent = seriesIds.filter((id) => !found.has(id));
  const older = await newestWithin(db, table, { seriesIds: silent, from: '-infinity', to: since });
  return [...recent, ...older];
}

async function newestWithin(
  db: Queryable,
  table: keyof typeof columns,
  wanted: { seriesIds: readonly SeriesId[]; from: Date | string; to: Date | string },
): Promise<SeriesLastRow[]> {
  const { seriesIds, from, to } = wanted;
  if (seriesIds.length === 0) return [];
  const { rows } = await db.query<SeriesLastRow>(
    `select wanted.id as "seriesId", found.time as "timeMs", found.value, found.text,
       ${endedAfter('wanted.id', 'found.time')} as "endedAtMs"
     from unnest($1::bigint[]) as wanted (id)
     cross join lateral (
       select ${columns[table]} from ${table}
       where series_id = wanted.id and time >= $2 and time < $3 order by time desc limit 1
     ) as found`,
    [idList(seriesIds), from, to],
  );
  return rows;
}
