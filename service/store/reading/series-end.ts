/** When series ended, for what is carried forward: it is only as long as the series lives. */
import type { SeriesId } from '../../../core/id.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import type { Queryable } from '../connection/queryable.ts';
import { dateWithin, idList } from './measured-rows.ts';

/** Where a value of a series is carried forward. */
export interface Carried {
  readonly seriesId: SeriesId;
  /** What the value is of; a row of a rollup says until when it reaches, and not when its last sample was. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where the next value is. */
  readonly untilMs: number;
}

/** At a time as float8 in ms, of years that the database can write. */
const timeOf = (ms: string) => `'epoch'::timestamptz + ${ms} * interval '1 millisecond'`;

/**
 * For each, in the order given, the first end that is later than the value; null where the series lived on. However
 * many ends there are, each is one look into the index.
 */
export async function readEnds(
  db: Queryable,
  carried: readonly Carried[],
): Promise<(number | null)[]> {
  if (carried.length === 0) return [];
  // Within what the value is of, an end counts where no sample came since.
  const { rows } = await db.query<{ endMs: number | null }>(
    `select ended.time as "endMs"
     from unnest($1::bigint[], $2::float8[], $3::float8[], $4::float8[]) with ordinality
       as value (series_id, first_ms, last_ms, until_ms, place)
     left join series_last newest using (series_id)
     cross join lateral (select min(time) as time from series_end
       where series_id = value.series_id and time < ${timeOf('until_ms')} and time > least(
         ${timeOf('last_ms')}, greatest(${timeOf('first_ms')}, coalesce(newest.time, 'infinity')))
     ) as ended
     order by place`,
    [
      idList(carried.map(({ seriesId }) => seriesId)),
      `{${carried.map(({ firstMs }) => firstMs).join(',')}}`,
      `{${carried.map(({ lastMs }) => lastMs).join(',')}}`,
      `{${carried.map(({ untilMs }) => dateWithin(untilMs).getTime()).join(',')}}`,
    ],
  );
  return rows.map(({ endMs }) => endMs);
}

/** When the last member of each group ended within the range, no sample having come since; null where any lives. */
export async function readGroupEnds(
  db: Queryable,
  { groups, range }: { groups: readonly (readonly SeriesId[])[]; range: TimeRange },
): Promise<(number | null)[]> {
  if (groups.length === 0) return [];
  const { rows } = await db.query<{ endMs: number | null }>(
    `select case when count(ended.time) = count(*) then max(ended.time) end as "endMs"
     from unnest($1::bigint[], $2::int[]) as member (series_id, place)
     left join series_last newest using (series_id)
     cross join lateral (select min(time) as time from series_end
       where series_id = member.series_id and time > newest.time and time >= $3 and time < $4
     ) as ended
     group by place order by place`,
    [
      idList(groups.flat()),
      `{${groups.flatMap((members, place) => members.map(() => place)).join(',')}}`,
      dateWithin(range.fromMs),
      dateWithin(range.toMs),
    ],
  );
  return rows.map(({ endMs }) => endMs);
}
