/** Fills the rollup tables of a test database from its samples, the plain way, each up to a time of its own. */
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { createPlainEngine } from '../../service/store/storage/engine-plain.ts';

export interface RolledUpTo {
  readonly minutes: number;
  readonly hours: number;
  readonly days: number;
}

const upper = `'epoch'::timestamptz + $1::float8 * interval '1 ms'`;

/** Buckets that begin before the times given, in ms. */
export async function rollUpSamples(pool: DatabasePool, upTo: RolledUpTo): Promise<void> {
  await createPlainEngine(pool).createStorage();
  await pool.query(
    `insert into sample_1m (series_id, bucket, count, sum, min, max, first, last,
       increase, rate_min, rate_max, covered_ms, resets)
     select series_id, date_trunc('minute', time), count(*), sum(value), min(value), max(value),
       (array_agg(value order by time))[1], (array_agg(value order by time desc))[1], sum(delta),
       min(delta / span_ms * 1000), max(delta / span_ms * 1000), sum(span_ms), 0
     from sample where date_trunc('minute', time) < ${upper} group by 1, 2`,
    [upTo.minutes],
  );
  await coarsen(pool, 'sample_1h', ['sample_1m', 'hour', upTo.hours]);
  await coarsen(pool, 'sample_1d', ['sample_1h', 'day', upTo.days]);
}

async function coarsen(
  pool: DatabasePool,
  target: string,
  [source, unit, beforeMs]: [string, 'hour' | 'day', number],
): Promise<void> {
  await pool.query(
    `insert into ${target} (series_id, bucket, count, sum, min, max, first, last,
       increase, rate_min, rate_max, covered_ms, resets)
     select series_id, date_trunc('${unit}', bucket, 'UTC'), sum(count), sum(sum), min(min), max(max),
       (array_agg(first order by bucket))[1], (array_agg(last order by bucket desc))[1], sum(increase),
       min(rate_min), max(rate_max), sum(covered_ms), 0
     from ${source} where date_trunc('${unit}', bucket, 'UTC') < ${upper} group by 1, 2`,
    [beforeMs],
  );
}
