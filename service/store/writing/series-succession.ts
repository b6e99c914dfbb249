/**
 * A leaf that became of another kind or unit goes on as another series, and may come back: all series of one path point to
 * the one that was sampled last, which points to none. So whoever reads follows one step, however often the leaf changed.
 */
import type { Queryable } from '../connection/queryable.ts';
import { idList } from '../reading/measured-rows.ts';
import type { NewestValue } from '../reading/series-last.ts';

/** @param sampled series of which a worker stores its first samples, with their newest */
export async function linkSuccessors(
  db: Queryable,
  sampled: readonly Pick<NewestValue, 'seriesId' | 'timeUs'>[],
): Promise<void> {
  if (sampled.length === 0) return;
  await db.query(linkStatement, [
    idList(sampled.map(({ seriesId }) => seriesId)),
    `{${sampled.map(({ timeUs }) => timeUs).join(',')}}`,
  ]);
}

/**
 * The parts of a leaf are locked in one order, so that two writers do not make each other's series the last. What was
 * stored late, with times before those of another part, does not become the last.
 */
const linkStatement = `with sampled as (
    select * from unnest($1::bigint[], $2::float8[]) as first (id, us)),
  leaf as (
    select distinct own.device_id, own.path from sampled join series own using (id)
    where exists (select from series other
      where other.device_id = own.device_id and other.path = own.path and other.id <> own.id)),
  part as materialized (
    select series.id, series.device_id, series.path from series join leaf using (device_id, path)
    order by series.id for update of series),
  newest as (
    select part.*, sampled.id is not null as fresh,
      greatest(sampled.us, date_part('epoch', last.time) * 1e6) as us
    from part left join sampled using (id) left join series_last last on last.series_id = part.id),
  living as (
    select distinct on (device_id, path) device_id, path, id from newest
    order by device_id, path, us desc nulls last, fresh desc, id desc)
  update series set replaced_by = nullif(living.id, series.id)
  from living
  where series.device_id = living.device_id and series.path = living.path
    and series.replaced_by is distinct from nullif(living.id, series.id)`;
