/** The newest number or text of each series. */
import type { SeriesId } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface NewestValue {
  readonly seriesId: SeriesId;
  /** µs since the epoch */
  readonly timeUs: number;
  readonly value: number | null;
  readonly text: string | null;
}

/** Writes newest values; an older one never replaces a newer. */
export async function upsertSeriesLast(
  db: Queryable,
  newest: readonly NewestValue[],
): Promise<void> {
  if (newest.length === 0) return;
  // In one order everywhere, so that two writers never wait for each other crosswise.
  const rows = newest.toSorted((left, right) => left.seriesId - right.seriesId);
  await db.query(
    `insert into series_last as kept (series_id, time, value, text)
     select series_id, 'epoch'::timestamptz + time_us * interval '1 microsecond', value, text
     from unnest($1::bigint[], $2::float8[], $3::float8[], $4::text[])
       as new (series_id, time_us, value, text)
     on conflict (series_id) do update
       set time = excluded.time, value = excluded.value, text = excluded.text
       where excluded.time >= kept.time`,
    [
      // Array literals written here: the driver's own serialiser takes several times as long.
      `{${rows.map(({ seriesId }) => seriesId).join(',')}}`,
      `{${rows.map(({ timeUs }) => timeUs).join(',')}}`,
      `{${rows.map(({ value }) => value ?? 'null').join(',')}}`,
      rows.map(({ text }) => text),
    ],
  );
}

const recentMs = 2 * 86_400_000;

/**
 * Where most series have their newest sample. A time that stands in a statement lets the planner leave out older
 * partitions, each of which costs two locks and a look for every series.
 */
export function recentSince(nowMs: number): Date {
  return new Date(nowMs - recentMs);
}

/** Series looked at by one statement: a fraction of a second. */
const seriesAPiece = 5_000;

/**
 * Finds newest values that a crash kept out of `series_last` in the samples: one look into an index for each series and
 * partition of the last two days, into older ones for series that were silent since.
 * Stops between two pieces when the signal is aborted.
 * @returns how many series had a newer value
 */
export async function catchUpSeriesLast(db: Queryable, signal?: AbortSignal): Promise<number> {
  const since = recentSince(systemClock.nowMs());
  let caughtUp = 0;
  let after = 0;
  for (;;) {
    if (signal?.aborted === true) return caughtUp;
    const { rows } = await db.query<{ last: number | null }>(
      `select max(id) as last
       from (select id from series where id > $1 order by id limit ${seriesAPiece}) as piece`,
      [after],
    );
    const upTo = rows[0]?.last ?? null;
    if (upTo === null) return caughtUp;
    const recent = await db.query(catchUpStatement, [after, upTo, since, 'infinity']);
    caughtUp += recent.rowCount ?? 0;
    const silent = await db.query(silentStatement, [after, upTo, since]);
    if (silent.rowCount !== 0) {
      const older = await db.query(catchUpStatement, [after, upTo, '-infinity', since]);
      caughtUp += older.rowCount ?? 0;
    }
    after = upTo;
  }
}

/** Whether any of the series has nothing newer than that. */
const silentStatement = `select from series left join series_last last on last.series_id = series.id
  where series.id > $1 and series.id <= $2 and coalesce(last.time, '-infinity') < $3 limit 1`;

const catchUpStatement = `insert into series_last as kept (series_id, time, value, text)
  select series.id, found.time, found.value, found.text
  from series
  left join series_last last on last.series_id = series.id
  cross join lateral (
    (select time, value, null as text from sample
     where series_id = series.id and time > coalesce(last.time, '-infinity') and time >= $3 and time < $4
     order by time desc limit 1)
    union all
    (select time, null, value from sample_text
     where series_id = series.id and time > coalesce(last.time, '-infinity') and time >= $3 and time < $4
     order by time desc limit 1)
    order by time desc limit 1
  ) as found
  where series.id > $1 and series.id <= $2 and coalesce(last.time, '-infinity') < $4
  on conflict (series_id) do update
    set time = excluded.time, value = excluded.value, text = excluded.text
    where excluded.time >= kept.time`;

export interface SeriesLastRow {
  readonly seriesId: SeriesId;
  readonly timeMs: number;
  readonly value: number | null;
  readonly text: string | null;
  /** When the leaf was gone; null while the series lives. */
  readonly endedAtMs: number | null;
}

/** The first end after a sample's time, as SQL; null where the series lives. */
export function endedAfter(seriesId: string, time: string): string {
  return `(select min(time) from series_end where series_id = ${seriesId} and time > ${time})`;
}

export async function readSeriesLast(
  db: Queryable,
  seriesIds: readonly SeriesId[],
): Promise<Map<SeriesId, SeriesLastRow>> {
  const { rows } = await db.query<SeriesLastRow>(
    `select series_id as "seriesId", time as "timeMs", value, text,
       ${endedAfter('kept.series_id', 'kept.time')} as "endedAtMs"
     from series_last kept where series_id = any($1::bigint[])`,
    [`{${seriesIds.join(',')}}`],
  );
  return new Map(rows.map((row) => [row.seriesId, row]));
}
