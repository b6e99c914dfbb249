/**
 * What a continuous aggregate lacks of its source: TimescaleDB's own notes of what changed, or was never looked at, since
 * the last refresh. What came after its watermark is computed while reading, and is no debt to a reader.
 */
import type { TimeSpan } from '../partition/partition-plan.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

/** Of versions that note down what a refresh is about to compute (2.22 and later). */
const ranges = '_timescaledb_catalog.continuous_aggs_materialization_ranges';
/** µs, as far as the catalogue's numbers go. */
const endlessUs = '9223372036854775807';

/** First and last moment within the span for which the aggregate does not hold what its source does; null where none. */
export async function readDebt(
  db: Queryable,
  aggregate: string,
  span: TimeSpan,
): Promise<TimeSpan | null> {
  const { rows } = await db.query<TimeSpan>(
    `select greatest(min(low), $2::bigint)::float8 / 1000 as "fromMs",
       least(max(high), $3::bigint)::float8 / 1000 as "toMs"
     from (${await notes(db)}) as noted
     where name = $1 and high >= $2::bigint and low < $3::bigint having count(*) > 0`,
    [aggregate, us(span.fromMs), us(span.toMs)],
  );
  return rows[0] ?? null;
}

/** Up to where an aggregate was ever refreshed, by its name; missing where that never was. ms since the epoch. */
export async function readRefreshedUntil(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ name: string; untilMs: number }>(
    `select user_view_name as name, (max(lowest_modified_value)::float8 / 1000) as "untilMs"
     from _timescaledb_catalog.continuous_aggs_materialization_invalidation_log
     join _timescaledb_catalog.continuous_agg on mat_hypertable_id = materialization_id
     where greatest_modified_value = ${endlessUs} and lowest_modified_value > -${endlessUs}
     group by 1`,
  );
  return new Map(rows.map(({ name, untilMs }) => [name, untilMs]));
}

async function notes(db: Queryable): Promise<string> {
  const { there } = await queryOne<{ there: boolean }>(
    db,
    `select to_regclass('${ranges}') is not null as there`,
  );
  const own = (table: string) => `select user_view_name as name,
      lowest_modified_value as low, greatest_modified_value as high
    from ${table} join _timescaledb_catalog.continuous_agg on mat_hypertable_id = materialization_id`;
  return [
    own('_timescaledb_catalog.continuous_aggs_materialization_invalidation_log'),
    ...(there ? [own(ranges)] : []),
    `select user_view_name, lowest_modified_value, greatest_modified_value
     from _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log
     join _timescaledb_catalog.continuous_agg on raw_hypertable_id = hypertable_id`,
  ].join(' union all ');
}

function us(ms: number): string {
  if (!Number.isFinite(ms)) return ms < 0 ? `-${endlessUs}` : endlessUs;
  return String(Math.round(ms * 1_000));
}
