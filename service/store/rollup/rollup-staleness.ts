/**
 * Which part of a range continuous aggregates do not show yet as its samples are: late and imported ones wait for the next
 * refresh.
 */
import type { RollupTier } from '../../../core/query/tier.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { rollupTiers, type RollupTier as StoredTier } from '../storage/storage-tables.ts';

/** What is newer is on its way anyhow, and is where all eyes are: a note that comes and goes would tell nobody anything. */
const graceMs = 15 * 60_000;

/** The tier and what it is made of, down to the samples. */
function chainOf(tier: RollupTier): readonly StoredTier[] {
  return rollupTiers.slice(0, rollupTiers.findIndex((one) => one.tier === tier) + 1);
}

interface Asked {
  readonly tier: RollupTier;
  readonly range: TimeRange;
}

/**
 * Null where the tier's rows are what the samples give. Where a job keeps the rollups nothing is stale: what they lack is
 * read from below.
 */
export async function readStaleSpan(
  db: Queryable,
  { tier, range, nowMs }: Asked & { nowMs: number },
): Promise<TimeRange | null> {
  const { fromMs } = range;
  const toMs = Math.min(range.toMs, nowMs - graceMs);
  return fromMs >= toMs ? null : readNoted(db, { tier, range: { fromMs, toMs } });
}

interface NotedSpan extends TimeRange {
  readonly source: string;
  readonly column: string;
}

/** TimescaleDB's notes of what changed below each watermark; what lies above is computed while reading. */
async function readNoted(db: Queryable, { tier, range }: Asked): Promise<TimeRange | null> {
  const chain = chainOf(tier);
  const { rows } = await db.query<NotedSpan>(notedStatement, [
    chain.map(({ name }) => name),
    chain.map(({ source }) => source),
    String(Math.round(range.fromMs * 1_000)),
    String(Math.round(range.toMs * 1_000)),
  ]);
  const stale: TimeRange[] = [];
  for (const span of rows) if (await holdsAnything(db, span)) stale.push(span);
  if (stale.length === 0) return null;
  return {
    fromMs: Math.min(...stale.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...stale.map(({ toMs }) => toMs)),
  };
}

const notedStatement = `with level as (
    select wanted.source, mat_hypertable_id as own, raw_hypertable_id as below,
      _timescaledb_functions.cagg_watermark(mat_hypertable_id) as done,
      (select (extract(epoch from date_trunc('day', before + interval '1 day' - interval '1 us', 'UTC')) * 1000000)::bigint
       from storage_cut where "table" = wanted.source) as cut
    from unnest($1::text[], $2::text[]) as wanted (name, source)
    join _timescaledb_catalog.continuous_agg on user_view_name = wanted.name
  ), noted as (
    select level.*, lowest_modified_value as low, greatest_modified_value as high from level
    join _timescaledb_catalog.continuous_aggs_materialization_invalidation_log on materialization_id = own
    union all
    select level.*, lowest_modified_value, greatest_modified_value from level
    join _timescaledb_catalog.continuous_aggs_hypertable_invalidation_log on hypertable_id = below
  ), clipped as (
    select source, greatest(low, cut, $3::bigint) as low, least(high, done - 1, $4::bigint - 1) as high
    from noted
  )
  select source, case source when 'sample' then 'time' else 'bucket' end as "column",
    low::float8 / 1000 as "fromMs", high::float8 / 1000 as "toMs"
  from clipped where low <= high`;

/** Time that was never looked at, or whose rows are gone, is noted as well. */
async function holdsAnything(
  db: Queryable,
  { source, column, fromMs, toMs }: NotedSpan,
): Promise<boolean> {
  const { there } = await queryOne<{ there: boolean }>(
    db,
    `select exists (select from ${source} where ${column} >= $1 and ${column} <= $2) as there`,
    [new Date(fromMs), new Date(toMs)],
  );
  return there;
}
