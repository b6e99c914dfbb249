/**
 * Rollups as continuous aggregates, each over the finer one, with the names and columns of the plain rollup tables.
 * Real-time: what is not materialised yet is computed while reading. Columns can never be altered later.
 */
import type { Pool } from 'pg';
import type { Queryable } from '../connection/queryable.ts';
import type { TimeSpan } from '../partition/partition-plan.ts';
import type { ByTime } from '../rollup/rollup-columns.ts';
import { columnsFromRollup, columnsFromSamples } from '../rollup/rollup-columns.ts';
import { rollupTiers, type RollupTier } from './storage-tables.ts';

/** Ties in time are broken arbitrarily. */
const firstLast: ByTime = {
  first: (value, time) => `first(${value}, ${time})`,
  last: (value, time) => `last(${value}, ${time})`,
};

const chunkDays: Readonly<Record<RollupTier['tier'], number>> = { '1m': 1, '1h': 28, '1d': 364 };

export async function createAggregates(db: Queryable): Promise<void> {
  for (const tier of rollupTiers) {
    const there = await db.query<{ there: boolean }>(
      `select to_regclass('${tier.name}') is not null as there`,
    );
    if (there.rows[0]?.there !== true) await createAggregate(db, tier);
  }
}

async function createAggregate(db: Queryable, tier: RollupTier): Promise<void> {
  const { name, source, bucketMs } = tier;
  const raw = tier.tier === '1m';
  const columns = raw ? columnsFromSamples(firstLast) : columnsFromRollup(firstLast);
  await db.query(
    `create materialized view ${name}
       with (timescaledb.continuous, timescaledb.materialized_only = false) as
     select series_id, time_bucket(interval '${bucketMs / 1_000} seconds', ${raw ? 'time' : 'bucket'}) as bucket,
       ${columns.map(([column, expression]) => `${expression} as ${column}`).join(', ')}
     from ${source} group by 1, 2 with no data`,
  );
  await db.query(
    `select set_chunk_time_interval('${name}', interval '${chunkDays[tier.tier]} days')`,
  );
  await db.query(
    `alter materialized view ${name} set (timescaledb.enable_columnstore,
       timescaledb.segmentby = 'series_id', timescaledb.orderby = 'bucket desc')`,
  );
}

/** A refresh of much history takes longer than any question may. */
const longestRefreshMs = 6 * 3_600_000;

/**
 * Materialises what changed between the times, which are rounded inwards to whole buckets. `fromMs` must not lie before
 * data that was dropped: the rollup of what is gone would be erased (timescale/timescaledb#2592).
 * @throws 55P03 where another refresh of that time is under way
 */
export async function refreshAggregate(
  pool: Pool,
  tier: RollupTier,
  window: TimeSpan,
): Promise<void> {
  const whole = wholeBuckets(tier, window);
  if (whole === null) return;
  const [from, to] = [whole.fromMs, whole.toMs].map((ms) => new Date(ms).toISOString());
  // It commits by itself, so it can be part of no transaction, and takes no parameters everywhere.
  await withoutTimeout(
    pool,
    `call refresh_continuous_aggregate('${tier.name}', '${from}'::timestamptz, '${to}'::timestamptz)`,
  );
}

/** Null where not even one lies in the span. */
export function wholeBuckets({ bucketMs }: RollupTier, span: TimeSpan): TimeSpan | null {
  const fromMs = Math.ceil(span.fromMs / bucketMs) * bucketMs;
  const toMs = Math.floor(span.toMs / bucketMs) * bucketMs;
  return fromMs < toMs ? { fromMs, toMs } : null;
}

async function withoutTimeout(pool: Pool, text: string): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('set statement_timeout = 0');
    // The types do not know that the driver takes its time limit with a query, too.
    const query = { text, query_timeout: longestRefreshMs };
    await client.query(query);
  } finally {
    await client.query('reset statement_timeout').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
