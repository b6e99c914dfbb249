/** Ends of series: stored with the batch that tells of them, cleared away when nothing shown can depend on them. */
import type { EndColumns } from '../../../core/telemetry/sample.ts';
import type { Queryable } from '../connection/queryable.ts';

/** Stores ends, and takes back those that were none. `seriesIds[i]` belongs to row i; rows with id 0 are left out. */
export async function storeEnds(
  db: Queryable,
  { series, timeUs, withdrawn }: EndColumns,
  seriesIds: Float64Array,
): Promise<void> {
  if (series.length === 0) return;
  // Of one series and time the last word counts.
  const words = new Map<string, { id: number; us: number; ended: boolean }>();
  for (let row = 0; row < series.length; row += 1) {
    const [id, us] = [seriesIds[row]!, timeUs[row]!];
    if (id !== 0) words.set(`${id} ${us}`, { id, us, ended: withdrawn[row] === 0 });
  }
  // In one order everywhere, so that two writers never wait for each other crosswise.
  const sorted = [...words.values()].sort((left, right) => left.id - right.id);
  const columns = (ended: boolean) => {
    const own = sorted.filter((word) => word.ended === ended);
    return [`{${own.map(({ id }) => id).join(',')}}`, `{${own.map(({ us }) => us).join(',')}}`];
  };
  await db.query(
    `insert into series_end (series_id, time) ${told} on conflict do nothing`,
    columns(true),
  );
  await db.query(`delete from series_end where (series_id, time) in (${told})`, columns(false));
}

const told = `select series_id, 'epoch'::timestamptz + time_us * interval '1 microsecond'
  from unnest($1::bigint[], $2::float8[]) as told (series_id, time_us)`;

/** Ends looked at by one statement: a fraction of a second. */
const endsAPiece = 10_000;

/**
 * Deletes ends before the cut that a later one before the cut makes needless; answers how many. The newest of each
 * series stays, as the newest text of before the cut does: without it that text would be true again.
 * Piece by piece, each of its own: after a shorter retention there may be more than one statement has the time for.
 * Stops between two pieces when the signal is aborted.
 */
export async function clearOldEnds(
  db: Queryable,
  cutMs: number,
  { signal, atOnce = endsAPiece }: { signal?: AbortSignal; atOnce?: number } = {},
): Promise<number> {
  let cleared = 0;
  let after: readonly [time: string, seriesId: number] = ['-infinity', 0];
  for (;;) {
    if (signal?.aborted === true) return cleared;
    const { rows } = await db.query<PieceRow>(clearStatement, [...after, new Date(cutMs), atOnce]);
    const piece = rows[0];
    if (piece === undefined) return cleared;
    cleared += piece.cleared;
    after = [piece.time, piece.series_id];
  }
}

interface PieceRow {
  /** Of the last that was looked at; text, for it is exact to the microsecond. */
  readonly time: string;
  readonly series_id: number;
  readonly cleared: number;
}

const clearStatement = `with piece as (
    select series_id, time from series_end
    where time >= $1 and (time, series_id) > ($1, $2) and time < $3
    order by time, series_id limit $4),
  cleared as (
    delete from series_end old using piece
    where old.series_id = piece.series_id and old.time = piece.time and exists (
      select from series_end newer
      where newer.series_id = old.series_id and newer.time > old.time and newer.time < $3)
    returning 1)
  select time::text, series_id, (select count(*)::int from cleared) as cleared
  from piece order by piece.time desc, series_id desc limit 1`;
