/** A partition that cannot be made, or dropped, must cost no other one. */
import { expect, test } from 'vitest';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import type { DatabasePool } from '../../../../service/store/connection/pool.ts';
import { readRetention } from '../../../../service/store/storage/retention-settings.ts';
import { testDatabase } from '../../../support/database.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** In the order they were made. */
async function partitionsOf(pool: DatabasePool, table: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = $1::regclass and relname <> $1 || '_default' order by pg_class.oid`,
    [table],
  );
  return rows.map(({ name }) => name);
}

async function countByPlace(pool: DatabasePool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select tableoid::regclass::text as place, count(*)::int as count from sample
     group by 1 order by 1`,
  );
  return rows;
}

const days = (table: string, ...numbers: number[]) =>
  numbers.map((day) => `${table}_p202611${day}`);

test('days that have not begun are made first, then today, then yesterday', async () => {
  await using db = await testDatabase();
  await createPlainEngine(db.pool).prepare(noon);
  expect(await partitionsOf(db.pool, 'sample')).toEqual(days('sample', 22, 23, 24, 21, 20));
});

test('one that cannot be made holds up no other, and is told', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  await db.pool.query('create table sample_p20261123 (stray int)');
  await expect(engine.prepare(noon)).rejects.toThrow('"sample_p20261123" already exists');
  expect(await partitionsOf(db.pool, 'sample')).toEqual(days('sample', 22, 24, 21, 20));
  expect(await partitionsOf(db.pool, 'event')).toHaveLength(5);
  expect(await partitionsOf(db.pool, 'sample_1d')).toHaveLength(3);
  await db.pool.query('drop table sample_p20261123');
  expect(await engine.prepare(noon)).toEqual(['sample_p20261123']);
});

test('more default rows than can be moved in a moment stay, and the rest of their day is made', async () => {
  await using db = await testDatabase();
  const { pool } = db;
  const engine = createPlainEngine(pool);
  await pool.query(
    `insert into sample (time, series_id, value)
     select $1::timestamptz - step * interval '1 ms', 1, step from generate_series(1, 200001) as step`,
    [new Date(noon)],
  );
  await expect(engine.prepare(noon)).rejects.toThrow(
    'sample_default holds more than 200,000 rows of 2026-11-21T00:00:00.000Z to 2026-11-22T00:00:00.000Z',
  );
  const made = [...days('sample', 22, 23, 24), 'sample_p20261121_1201', ...days('sample', 20)];
  expect(await partitionsOf(pool, 'sample')).toEqual(made);
  expect(await partitionsOf(pool, 'sample_1d')).toHaveLength(3);
  await pool.query('insert into sample (time, series_id, value) values ($1, 1, 0)', [
    new Date(noon + minuteMs),
  ]);
  expect(await countByPlace(pool)).toEqual([
    { place: 'sample_default', count: 200_001 },
    { place: 'sample_p20261121_1201', count: 1 },
  ]);
  // A day later it is nobody's business any more, and with its retention all of it goes.
  await expect(engine.prepare(noon + 5 * minuteMs)).rejects.toThrow('sample_default holds more');
  await engine.prepare(noon + 2 * dayMs);
  await engine.dropOld(noon + 4 * dayMs, { ...(await readRetention(pool)), rawDays: 2 });
  expect(await countByPlace(pool)).toEqual([]);
});

test('an old partition that somebody holds does not keep those of other tables', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  await engine.prepare(noon);
  using reader = await db.connect();
  await reader.query('begin');
  await reader.query('lock table sample in access share mode');
  const retention = { ...(await readRetention(db.pool)), rawDays: 2, eventDays: 2 };
  const dropping = engine.dropOld(noon + 4 * dayMs, retention);
  await expect(dropping).rejects.toMatchObject({ code: '55P03' });
  await reader.query('rollback');
  expect(await partitionsOf(db.pool, 'sample')).toEqual(days('sample', 22, 23, 24, 21, 20));
  expect(await partitionsOf(db.pool, 'event')).toEqual(days('event', 23, 24));
});
