import { describe, expect, test } from 'vitest';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { readRetention } from '../../../../service/store/storage/retention-settings.ts';
import type { DatabasePool } from '../../../../service/store/connection/pool.ts';
import { testDatabase } from '../../../support/database.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const dayMs = 86_400_000;

async function placeOf(pool: DatabasePool, table: string): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select tableoid::regclass::text as place, value from ${table} order by time`,
  );
  return rows;
}

function insert(pool: DatabasePool, table: string, rows: [number, unknown][]): Promise<unknown> {
  return Promise.all(
    rows.map(([ms, value]) =>
      pool.query(`insert into ${table} (time, series_id, value) values ($1, 1, $2)`, [
        new Date(ms),
        value,
      ]),
    ),
  );
}

describe('storage on plain PostgreSQL', () => {
  test('days ahead are ready, once, whoever is first', async () => {
    await using db = await testDatabase();
    const engine = createPlainEngine(db.pool);
    const made = await Promise.all([
      engine.prepare(noon),
      createPlainEngine(db.pool).prepare(noon),
    ]);
    expect(made.flat().sort()).toEqual(
      [
        ...['event', 'sample', 'sample_text'].flatMap((table) =>
          [20, 21, 22, 23, 24].map((day) => `${table}_p202611${day}`),
        ),
        ...['20251023', '20261022', '20271021'].map((day) => `sample_1d_p${day}`),
        ...['20261022', '20261119', '20261217'].map((day) => `sample_1h_p${day}`),
        ...['20261112', '20261119', '20261126'].map((day) => `sample_1m_p${day}`),
      ].sort(),
    );
    expect(await engine.prepare(noon)).toEqual([]);
    expect(await engine.prepare(noon + dayMs)).toHaveLength(3);
  });

  test('a row of any time is kept, and moves when its day gets a partition', async () => {
    await using db = await testDatabase();
    const engine = createPlainEngine(db.pool);
    await insert(db.pool, 'sample', [
      [Date.UTC(1999, 0, 1), 1],
      [noon, 2],
    ]);
    await engine.prepare(noon);
    await insert(db.pool, 'sample', [[Date.UTC(2026, 10, 21), 3]]);
    expect(await placeOf(db.pool, 'sample')).toEqual([
      { place: 'sample_default', value: 1 },
      { place: 'sample_p20261121', value: 3 },
      { place: 'sample_p20261121', value: 2 },
    ]);
  });

  test('old days go, but the newest text of a series stays', async () => {
    await using db = await testDatabase();
    const engine = createPlainEngine(db.pool);
    await engine.prepare(noon);
    await insert(db.pool, 'sample', [[noon - dayMs, 1]]);
    await insert(db.pool, 'sample_text', [
      [noon - 40 * dayMs, 'first'],
      [noon - dayMs - 1, 'DOWN'],
      [noon - dayMs, 'UP'],
    ]);
    const dropped = await engine.dropOld(Date.UTC(2026, 10, 23), {
      ...(await readRetention(db.pool)),
      rawDays: 2,
    });
    expect(dropped.sort()).toEqual(['sample_p20261120', 'sample_text_p20261120']);
    expect(await placeOf(db.pool, 'sample')).toEqual([]);
    expect(await placeOf(db.pool, 'sample_text')).toEqual([
      { place: 'sample_text_default', value: 'UP' },
    ]);
    expect(await engine.sizes()).toMatchObject([
      { table: 'sample', partitions: 5 },
      { table: 'sample_text', partitions: 5 },
      { table: 'event', partitions: 6 },
      { table: 'sample_1m', partitions: 4 },
      { table: 'sample_1h', partitions: 4 },
      { table: 'sample_1d', partitions: 4 },
    ]);
  });

  test('what is dropped is rolled up first; what stays is not waited for', async () => {
    await using db = await testDatabase();
    const engine = createPlainEngine(db.pool);
    for (const ms of [noon - 3 * dayMs, noon]) {
      await engine.prepare(ms);
      await insert(db.pool, 'sample', [[ms, 1]]);
      await db.pool.query(`insert into rollup_mark (tier, bucket, block) values ('1m', $1, 0)`, [
        new Date(ms),
      ]);
    }
    await engine.dropOld(noon, { ...(await readRetention(db.pool)), rawDays: 2 });
    const { rows } = await db.pool.query<{ bucketMs: number }>(
      'select bucket as "bucketMs" from sample_1m',
    );
    expect(rows).toEqual([{ bucketMs: noon - 3 * dayMs }]);
    const waiting = await db.pool.query('select tier, bucket as "bucketMs" from rollup_mark');
    expect(waiting.rows).toEqual(expect.arrayContaining([{ tier: '1m', bucketMs: noon }]));
  });
});
