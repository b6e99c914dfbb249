import { expect, test } from 'vitest';
import { clearStorage, prepareAtStart } from '../../../collector-daemon/jobs/storage-jobs.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import { writeRetention } from '../../../service/store/storage/retention-settings.ts';
import { testDatabase } from '../../support/database.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const dayMs = 86_400_000;
const never = new AbortController().signal;

test('a start goes on while a dump keeps partitions from being made, and ends where tables are missing', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  using dump = await db.connect();
  await dump.query('begin');
  await dump.query('lock table sample_default in access share mode');
  await prepareAtStart(engine, noon);
  await dump.query('commit');
  await db.pool.query('drop table sample_1h cascade');
  await expect(prepareAtStart(engine, noon)).rejects.toMatchObject({
    code: 'SCHEMA_TOO_OLD',
    message: expect.stringContaining('run "nocturne migrate"') as string,
  });
});

test('ledger and quarantine are cleared although a partition cannot be dropped', async () => {
  await using db = await testDatabase();
  const { pool } = db;
  const engine = createPlainEngine(pool);
  await engine.prepare(noon);
  await pool.query(
    `insert into ingest_batch (node, incarnation, worker, sequence, rows, stored_at)
     values ('test', 1, 0, 1, 10, now() - interval '8 d'), ('test', 1, 0, 2, 10, now())`,
  );
  using dump = await db.connect();
  await dump.query('begin');
  await dump.query('lock table sample in access share mode');
  await expect(clearStorage({ engine, pool }, noon + 40 * dayMs, never)).rejects.toThrow(
    'partitions of sample have to wait',
  );
  const { rows } = await pool.query('select sequence::int from ingest_batch');
  expect(rows).toEqual([{ sequence: 2 }]);
  await dump.query('commit');
});

test('a stop does not wait until all old ends of series are cleared', async () => {
  await using db = await testDatabase();
  const { pool } = db;
  const days = [-900, -800].map((ago) => new Date(noon + ago * dayMs));
  for (const time of days) await pool.query('insert into series_end values (1, $1)', [time]);
  const stop = AbortSignal.abort();
  await clearStorage({ engine: createPlainEngine(pool), pool }, noon, stop);
  const { rows } = await pool.query('select time from series_end');
  expect(rows).toHaveLength(2);
});

test('ends of series are cleared where nothing that is kept depends on them', async () => {
  await using db = await testDatabase();
  const { pool } = db;
  await writeRetention(pool, {
    retention: { rawDays: 2, minuteDays: 2, hourDays: 7, dayDays: 30 },
    actor: 'noc',
  });
  for (const days of [-40, -35, -10, -1]) {
    const time = new Date(noon + days * dayMs);
    await pool.query('insert into series_end (series_id, time) values (1, $1)', [time]);
  }
  await clearStorage({ engine: createPlainEngine(pool), pool }, noon, never);
  const { rows } = await pool.query<{ time: number }>('select time from series_end order by time');
  expect(rows.map(({ time }) => (time - noon) / dayMs)).toEqual([-35, -10, -1]);
});
