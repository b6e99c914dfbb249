/** Sizes as operation and doctor show them, against what PostgreSQL says of every relation. */
import { beforeAll, expect, test } from 'vitest';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { readRetention } from '../../../../service/store/storage/retention-settings.ts';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../../../../service/store/storage/storage-engine.ts';
import { testDatabase } from '../../../support/database.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

const midnight = Date.UTC(2026, 10, 21);
const hourMs = 3_600_000;

// The first one of a file takes long on a busy machine.
beforeAll(async () => (await timescaleDatabase())[Symbol.asyncDispose](), 120_000);

/** A sample a second for four hours. */
const fill = `insert into sample (time, series_id, value)
  select $1::timestamptz + second * interval '1 s', 1, 5 from generate_series(0, 14399) as second`;

async function sizeOf(engine: StorageEngine, table: string) {
  return (await engine.sizes()).find((size) => size.table === table)!;
}

test('plain: bytes are those of all partitions, rows those stored, the span that of the filled', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  await engine.prepare(midnight);
  await db.pool.query(fill, [new Date(midnight)]);
  await engine.prepare(midnight);
  await db.pool.query('analyze sample');
  const { rows } = await db.pool.query<{ bytes: number }>(
    `select sum(pg_total_relation_size(inhrelid))::float8 as bytes from pg_inherits
     where inhparent = 'sample'::regclass`,
  );
  expect(await sizeOf(engine, 'sample')).toEqual({
    table: 'sample',
    partitions: 6,
    bytes: rows[0]!.bytes,
    estimatedRows: 14_400,
    oldestMs: midnight,
    newestMs: midnight + 24 * hourMs,
    compressedBytes: null,
    compressionRatio: null,
  });
  expect(await sizeOf(engine, 'sample_text')).toMatchObject({
    estimatedRows: 0,
    oldestMs: null,
    newestMs: null,
  });
});

test('timescale: bytes are those of all chunks, compressed or not; chunks opened ahead hold nothing', async () => {
  await using db = await timescaleDatabase();
  const { pool } = db;
  const { engine } = await openStorage(pool);
  await pool.query(fill, [new Date(midnight)]);
  await engine.prepare(midnight + 4 * hourMs);
  await engine.refreshRollups(midnight + 24 * hourMs);
  await pool.query('analyze sample');
  const before = await sizeOf(engine, 'sample');
  expect(before).toMatchObject({
    partitions: 4,
    estimatedRows: 14_400,
    oldestMs: midnight,
    newestMs: midnight + 4 * hourMs,
    compressionRatio: null,
  });
  // One of the filled ones.
  const compressed = await pool.query<{ name: string }>(
    `select compress_chunk(chunk)::text as name from show_chunks('sample') as chunk limit 1`,
  );
  expect(compressed.rowCount).toBe(1);
  await pool.query('analyze sample');
  const { rows } = await pool.query<{ whole: number; packed: number }>(
    `with relations as (
       select pg_total_relation_size('sample') as bytes, 0 as packed
       union all
       select pg_total_relation_size(inhrelid), 0 from pg_inherits where inhparent = 'sample'::regclass
       union all
       select pg_total_relation_size(format('%I.%I', packed.schema_name, packed.table_name)::regclass),
         pg_total_relation_size(format('%I.%I', packed.schema_name, packed.table_name)::regclass)
       from _timescaledb_catalog.chunk raw
       join _timescaledb_catalog.chunk packed on packed.id = raw.compressed_chunk_id
       join _timescaledb_catalog.hypertable owner on owner.id = raw.hypertable_id
       where owner.table_name = 'sample')
     select sum(bytes)::float8 as whole, sum(packed)::float8 as packed from relations`,
  );
  const after = await sizeOf(engine, 'sample');
  expect(after.bytes).toBe(rows[0]!.whole);
  expect(after.bytes).toBeLessThan(before.bytes);
  expect(after).toMatchObject({
    partitions: 4,
    oldestMs: midnight,
    newestMs: midnight + 4 * hourMs,
  });
  expect(after.compressedBytes).toBeLessThanOrEqual(rows[0]!.packed + 8_192 * 4);
  expect(after.compressionRatio).toBeGreaterThan(4);
  expect(after.estimatedRows).toBe(14_400);
  expect(await sizeOf(engine, 'sample_1m')).toMatchObject({ oldestMs: midnight });
  expect(await sizeOf(engine, 'sample_text')).toMatchObject({ oldestMs: null, newestMs: null });
});

test('timescale: rows of compressed chunks are counted, however few each series has in one', async () => {
  await using db = await timescaleDatabase();
  const { pool } = db;
  const { engine } = await openStorage(pool);
  // A sample every hundred seconds: 72 a chunk and series.
  await pool.query(
    `insert into sample (time, series_id, value)
     select $1::timestamptz + step * interval '100 s', series, 5
     from generate_series(0, 143) as step, generate_series(1, 50) as series`,
    [new Date(midnight)],
  );
  await pool.query('analyze sample');
  await pool.query(`select compress_chunk(chunk) from show_chunks('sample') as chunk`);
  await pool.query('analyze sample');
  await pool.query('insert into sample (time, series_id, value) values ($1, 1, 9)', [
    new Date(midnight + 500),
  ]);
  const { estimatedRows } = await sizeOf(engine, 'sample');
  expect(Math.abs(estimatedRows - 7_200)).toBeLessThanOrEqual(1);
});

test('timescale: a text carried over is as old as it is, not as the chunk it lies in', async () => {
  await using db = await timescaleDatabase();
  const { pool } = db;
  const { engine } = await openStorage(pool);
  const store = (timeMs: number) =>
    pool.query(`insert into sample_text (time, series_id, value) values ($1, 1, 'UP')`, [
      new Date(timeMs),
    ]);
  const oldMs = midnight - 60 * 24 * hourMs;
  await store(oldMs + 1);
  expect(await sizeOf(engine, 'sample_text')).toMatchObject({ oldestMs: oldMs });
  await engine.dropOld(midnight, await readRetention(pool));
  await store(midnight);
  expect(await sizeOf(engine, 'sample_text')).toMatchObject({
    oldestMs: oldMs + 1,
    newestMs: midnight + 2 * hourMs,
  });
});
