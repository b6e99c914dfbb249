/**
 * Samples as TimescaleDB hypertables; works on the Apache edition, too. No foreign keys touch them, for chunk creation
 * would deadlock with them (timescale/timescaledb#7429, #4800).
 */
import type { Pool } from 'pg';
import { createSampleIndexes } from './plain-tables.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { sampleColumns, textColumns } from './storage-tables.ts';
import { transaction } from '../connection/transaction.ts';

export const hypertables = ['sample', 'sample_text'] as const;
export type Hypertable = (typeof hypertables)[number];

/** What storage begins with. */
export const firstChunkMs = 7_200_000;
/** So far ahead chunks are opened at least: no writer opens one itself though the job that does it fails for a while. */
const openAheadMs = 7_200_000;

export async function createHypertables(db: Queryable): Promise<void> {
  for (const [table, columns] of [
    ['sample', sampleColumns],
    ['sample_text', textColumns],
  ] as const) {
    await db.query(`create table if not exists ${table} (${columns})`);
    await db.query(
      `select create_hypertable('${table}', by_range('time', ${intervalOf(firstChunkMs)}),
         create_default_indexes => false, if_not_exists => true)`,
    );
  }
  await createSampleIndexes(db);
}

/** ms; of the chunks made from now on. */
export async function readChunkLength(db: Queryable, table: Hypertable): Promise<number> {
  const { lengthMs } = await queryOne<{ lengthMs: number }>(
    db,
    `select (extract(epoch from time_interval) * 1000)::float8 as "lengthMs"
     from timescaledb_information.dimensions where hypertable_name = $1`,
    [table],
  );
  return lengthMs;
}

/** Chunks that exist keep their length, and new ones end where they begin. */
export async function setChunkLength(
  db: Queryable,
  table: Hypertable,
  lengthMs: number,
): Promise<void> {
  await setChunkInterval(db, table, intervalOf(lengthMs));
}

/** Opens the chunk of now and the next ones, so that writers never queue behind their creation (#752). */
export async function openChunks(pool: Pool, table: Hypertable, nowMs: number): Promise<string[]> {
  const opened: string[] = [];
  const aheadMs = Math.max(openAheadMs, await readChunkLength(pool, table));
  for (let timeMs = nowMs; timeMs <= nowMs + aheadMs; ) {
    const { chunk, endMs } = await transaction(pool, async (client) => {
      await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_partitions'))`);
      const chunk = await openChunk(client, table, timeMs);
      return { chunk, endMs: await chunkEnd(client, table, timeMs) };
    });
    if (chunk !== null) opened.push(chunk);
    timeMs = endMs;
  }
  return opened;
}

async function chunkEnd(db: Queryable, table: Hypertable, timeMs: number): Promise<number> {
  const { end } = await queryOne<{ end: number }>(
    db,
    `select range_end as end from timescaledb_information.chunks
     where hypertable_name = $1 and range_start <= $2 and range_end > $2`,
    [table, new Date(timeMs)],
  );
  return end;
}

/** Null when there is a chunk for that time. A row that comes and goes in the transaction makes one on any version. */
export async function openChunk(
  db: Queryable,
  table: Hypertable,
  timeMs: number,
): Promise<string | null> {
  const time = new Date(timeMs);
  const there = await db.query(
    `select from timescaledb_information.chunks
     where hypertable_name = $1 and range_start <= $2 and range_end > $2`,
    [table, time],
  );
  if (there.rowCount !== 0) return null;
  const value = table === 'sample' ? '0' : `''`;
  const { chunk } = await queryOne<{ chunk: string }>(
    db,
    `insert into ${table} (time, series_id, value) values ($1, 0, ${value})
     returning split_part(tableoid::regclass::text, '.', 2) as chunk`,
    [time],
  );
  await db.query(`delete from ${table} where series_id = 0 and time = $1`, [time]);
  return chunk;
}

/** Drops the chunks of a hypertable or continuous aggregate that lie wholly before the cut; answers their names. */
export async function dropChunks(db: Queryable, table: string, cutMs: number): Promise<string[]> {
  const { rows } = await db.query<{ chunk: string }>(
    `select split_part(chunk, '.', 2) as chunk from drop_chunks($1::regclass, $2::timestamptz) as chunk`,
    [table, new Date(cutMs)],
  );
  return rows.map(({ chunk }) => chunk);
}

export function intervalOf(lengthMs: number): string {
  return `interval '${lengthMs / 1_000} seconds'`;
}

export async function setChunkInterval(
  db: Queryable,
  table: Hypertable,
  interval: string,
): Promise<void> {
  await db.query(`select set_chunk_time_interval('${table}', ${interval})`);
}
