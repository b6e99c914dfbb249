/** Series: giving ids to definitions, and finding series by what they measure. */
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import type { SeriesDefinition, SeriesKind } from '../../../core/telemetry/series.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import type { Queryable } from '../connection/queryable.ts';
import { dateWithin } from './measured-rows.ts';

export interface ResolvedSeries {
  /** In the order of the definitions given. */
  readonly ids: readonly SeriesId[];
  readonly inserted: number;
}

type DefinitionColumns = [string[], string[], string[], string[]];

/**
 * The ids of the definitions; inserts only those that are missing, for `on conflict` alone would use up ids at every
 * reconnect. A leaf whose kind or unit changed gets a new series; `linkSuccessors` has the old one point to it.
 */
export async function resolveSeries(
  db: Queryable,
  definitions: readonly SeriesDefinition[],
): Promise<ResolvedSeries> {
  const found = await selectIds(db, definitions);
  const missing = definitions.filter((_, at) => found[at] === undefined);
  if (missing.length === 0) return { ids: found as SeriesId[], inserted: 0 };
  const inserted = await insertMissing(db, missing);
  // Selected again rather than pieced together: others may have inserted some of them meanwhile.
  const all = await selectIds(db, definitions);
  return {
    ids: all.map((id, at) => {
      if (id === undefined) throw new Error(`series not inserted: ${definitions[at]!.path}`);
      return id;
    }),
    inserted,
  };
}

function columnsOf(definitions: readonly SeriesDefinition[]): DefinitionColumns {
  return [
    definitions.map(({ deviceId }) => deviceId),
    definitions.map(({ path }) => path),
    definitions.map(({ kind }) => kind),
    definitions.map(({ unit }) => unit),
  ];
}

async function selectIds(
  db: Queryable,
  definitions: readonly SeriesDefinition[],
): Promise<(SeriesId | undefined)[]> {
  const { rows } = await db.query<{ at: number; id: SeriesId }>(
    `select (wanted.at - 1)::int as at, series.id
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
       with ordinality as wanted (device_id, path, kind, unit, at)
     join series using (device_id, path, kind, unit)`,
    columnsOf(definitions),
  );
  const ids = Array.from<SeriesId | undefined>({ length: definitions.length });
  for (const { at, id } of rows) ids[at] = id;
  return ids;
}

async function insertMissing(db: Queryable, missing: readonly SeriesDefinition[]): Promise<number> {
  // In one order everywhere, so that two writers with the same new series wait instead of deadlocking.
  const sorted = missing.toSorted((left, right) =>
    left.deviceId === right.deviceId
      ? compare(left.path, right.path)
      : compare(left.deviceId, right.deviceId),
  );
  const { rows } = await db.query<{ id: SeriesId }>(
    `insert into series (device_id, path, kind, unit, metric, keys)
     select device_id, path, kind, unit, metric, keys::jsonb
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       as new (device_id, path, kind, unit, metric, keys)
     on conflict (device_id, path, kind, unit) do nothing
     returning id`,
    [
      ...columnsOf(sorted),
      sorted.map(({ metric }) => metric),
      sorted.map(({ keys }) => JSON.stringify(keys)),
    ],
  );
  await linkReplaced(
    db,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

async function linkReplaced(db: Queryable, newIds: readonly SeriesId[]): Promise<void> {
  if (newIds.length === 0) return;
  await db.query(
    `update series old set replaced_by = new.id
     from series new
     where new.id = any($1::bigint[]) and old.device_id = new.device_id and old.path = new.path
       and old.id <> new.id and old.replaced_by is null and not old.id = any($1::bigint[])`,
    [`{${newIds.join(',')}}`],
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

export interface SeriesRow {
  readonly id: SeriesId;
  readonly deviceId: DeviceId;
  readonly device: string;
  readonly path: string;
  readonly metric: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly kind: SeriesKind;
  readonly unit: Unit;
  /** Of the same leaf, which became of another kind or unit; null where this one lives. */
  readonly replacedBy?: SeriesId | null;
}

export interface SeriesFilter {
  /** Exact metrics, or null for any. */
  readonly metrics: readonly string[] | null;
  readonly deviceIds: readonly DeviceId[] | null;
  /** Exact device names, or null for any. */
  readonly deviceNames: readonly string[] | null;
  readonly site: string | null;
  /** Without those that ended for good before this time, ms since the epoch; null for all. */
  readonly aliveSinceMs: number | null;
}

/**
 * Series of living devices that pass the filter, in the order of device name and path, at most `limit`. The exact part
 * of a selector; wildcards are matched by the caller.
 */
export async function findSeries(
  db: Queryable,
  filter: SeriesFilter,
  limit: number,
): Promise<SeriesRow[]> {
  const { rows } = await db.query<SeriesRow>(
    `select series.id, series.device_id as "deviceId", device.name as device, series.path,
       series.metric, series.keys, series.kind, series.unit, series.replaced_by as "replacedBy"
     from series
     join device on device.id = series.device_id
     left join site on site.id = device.site_id
     where device.retired_at is null
       and ($1::text[] is null or series.metric = any($1))
       and ($2::uuid[] is null or series.device_id = any($2))
       and ($3::text[] is null or device.name = any($3))
       and ($4::text is null or site.name = $4)
       and ($6::timestamptz is null or not exists
         (select from series_end ended join series_last newest using (series_id)
          where ended.series_id = series.id and ended.time > newest.time and ended.time <= $6))
     order by device.name, series.path, series.id
     limit $5`,
    [
      filter.metrics,
      filter.deviceIds,
      filter.deviceNames,
      filter.site,
      limit,
      filter.aliveSinceMs === null ? null : dateWithin(filter.aliveSinceMs),
    ],
  );
  return rows;
}

/** All metrics there are; a few hundred even in large networks. */
export async function listMetrics(db: Queryable): Promise<string[]> {
  // A "loose index scan": one probe of the index a metric instead of reading every series.
  const { rows } = await db.query<{ metric: string }>(
    `with recursive walk as (
       (select metric from series order by metric limit 1)
       union all
       select (select metric from series where series.metric > walk.metric order by metric limit 1)
       from walk where walk.metric is not null
     )
     select metric from walk where metric is not null`,
  );
  return rows.map(({ metric }) => metric);
}

export interface MetricSummary {
  readonly metric: string;
  readonly kind: SeriesKind;
  readonly unit: Unit;
  readonly series: number;
  readonly devices: number;
}

export async function summariseMetrics(
  db: Queryable,
  wanted: { deviceId?: DeviceId | undefined; search?: string | undefined },
): Promise<MetricSummary[]> {
  const { rows } = await db.query<MetricSummary>(
    `select series.metric, series.kind, series.unit, count(*) as series,
       count(distinct series.device_id) as devices
     from series join device on device.id = series.device_id
     where device.retired_at is null and series.replaced_by is null
       and ($1::uuid is null or series.device_id = $1)
       and ($2::text is null or strpos(lower(series.metric), lower($2)) > 0)
     group by series.metric, series.kind, series.unit
     order by series.metric, series.kind, series.unit`,
    [wanted.deviceId ?? null, wanted.search ?? null],
  );
  return rows;
}
