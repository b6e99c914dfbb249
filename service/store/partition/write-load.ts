/** How fast samples arrive and what room the server has for their indexes: measured, not configured. */
import type { WriteLoad } from './partition-length.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

const windowMs = 3_600_000;
/** Less says nothing about the hours to come. */
const leastMinutes = 10;
/** Longer than devices usually wait between two samples: whoever sends nothing for longer stands still. */
const longPause = `interval '15 minutes'`;
/** Two bigints with their header and pointer take 28 bytes; a page is about 70 % full where rows come in any order. */
const usualIndexBytes = 40;
/** A partition with fewer rows says little; a compressed one has rows but hardly any index left. */
const leastRows = 100_000;
const leastIndexBytes = 20;

/**
 * Of the hour before `nowMs`, from the ledger: from the first minute in which anything was stored to the last, without
 * long pauses, which would make the rate look low; with long intervals it is a part of one too high. Memory is what the
 * planner reckons with (`effective_cache_size`), or four times `shared_buffers` where that is more: nothing else of the
 * machine can be asked through SQL.
 */
export async function readWriteLoad(db: Queryable, nowMs: number): Promise<WriteLoad> {
  const { rows, minutes, indexBytes, memoryBytes } = await queryOne<{
    rows: number;
    minutes: number;
    indexBytes: number | null;
    memoryBytes: number;
  }>(db, statement, [new Date(nowMs - windowMs), new Date(nowMs)]);
  return {
    rowsPerSecond: minutes < leastMinutes ? null : rows / (minutes * 60),
    indexBytesPerRow: indexBytes ?? usualIndexBytes,
    memoryBytes,
  };
}

/** Chunks of a hypertable are its children, too. */
const statement = `with filled as (
    select date_trunc('minute', stored_at) as minute, sum(rows) as rows
    from ingest_batch where stored_at > $1::timestamptz and stored_at <= $2::timestamptz group by 1
  ), spaced as (
    select rows, minute - lag(minute) over (order by minute) as since from filled
  ), stored as (
    select coalesce(sum(rows), 0)::float8 as rows,
      coalesce(sum(case when since <= ${longPause} then extract(epoch from since) / 60 else 1 end), 0)::float8
        as minutes
    from spaced
  ), pieces as (
    select child.reltuples as rows, pg_indexes_size(child.oid) as bytes
    from pg_inherits join pg_class child on child.oid = inhrelid
    where inhparent in (to_regclass('sample'), to_regclass('sample_text'))
      and child.reltuples >= ${leastRows}
  )
  select rows, minutes,
    (select (sum(bytes) / sum(rows))::float8 from pieces where bytes >= ${leastIndexBytes} * rows)
      as "indexBytes",
    greatest(4 * pg_size_bytes(current_setting('shared_buffers')),
      pg_size_bytes(current_setting('effective_cache_size')))::float8 as "memoryBytes"
  from stored`;
