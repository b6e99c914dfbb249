import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { writeRetention } from '../../../../service/store/storage/retention-settings.ts';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import { rollupTiers } from '../../../../service/store/storage/storage-tables.ts';
import { timescaleDatabase, timescaleServerDatabase } from '../../../support/timescale.ts';

const midnight = Date.UTC(2026, 10, 21);
const hourMs = 3_600_000;

describe('storage on timescale, Community edition', () => {
  test('sizes say how well chunks are compressed; late samples reach them and the rollups', async () => {
    await using db = await timescaleDatabase();
    const { pool } = db;
    const { engine } = await openStorage(pool);
    await pool.query(
      `insert into sample (time, series_id, value)
       select $1::timestamptz + second * interval '1 s', 1, 5 from generate_series(0, 7199) as second`,
      [new Date(midnight)],
    );
    const sample = async () => (await engine.sizes()).find(({ table }) => table === 'sample')!;
    expect(await sample()).toMatchObject({
      partitions: 1,
      oldestMs: midnight,
      newestMs: midnight + 2 * hourMs,
      compressedBytes: null,
      compressionRatio: null,
    });
    await engine.refreshRollups(midnight + 24 * hourMs);
    await pool.query(`select compress_chunk(chunk) from show_chunks('sample') as chunk`);
    const { compressedBytes, compressionRatio, bytes } = await sample();
    expect(compressionRatio).toBeGreaterThan(4);
    expect(compressedBytes).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThanOrEqual(compressedBytes!);

    await pool.query('insert into sample (time, series_id, value) values ($1, 1, 9)', [
      new Date(midnight + 500),
    ]);
    await engine.refreshRollups(midnight + 24 * hourMs);
    const { rows } = await pool.query('select count, max, first, last from sample_1d');
    expect(rows).toEqual([{ count: 7_201, max: 9, first: 5, last: 5 }]);
  });

  test.each([2, 20])(
    'raw samples kept %d days: late ones of the last hours of it reach every rollup by the policies alone',
    async (rawDays) => {
      await using db = await timescaleDatabase();
      const { pool } = db;
      await writeRetention(pool, { retention: { rawDays }, actor: 'ada' });
      await openStorage(pool);
      const runPolicies = async () => {
        for (const { name } of rollupTiers) {
          await pool.query(`call run_job(${await policyOf(pool, name, 'refresh')})`);
        }
      };
      const store = (hoursAgo: number) =>
        pool.query(
          `insert into sample (time, series_id, value) values (now() - $1 * interval '1 hour', 1, 1)`,
          [hoursAgo],
        );
      const rawHours = rawDays * 24;
      await store(rawHours - 2);
      await runPolicies();
      const late = [0.7 * rawHours, rawHours - 18, rawHours - 12, rawHours - 1, rawHours - 0.1];
      for (const hoursAgo of late) await store(hoursAgo);
      await runPolicies();
      for (const { name } of rollupTiers) {
        const { rows } = await pool.query(`select sum(count)::int as count from ${name}`);
        expect(rows).toEqual([{ count: 6 }]);
      }
    },
  );
});

/** The number of a policy. */
async function policyOf(
  pool: Pool,
  table: string,
  kind: 'refresh' | 'columnstore',
): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `select job_id as id from timescaledb_information.jobs job
     left join timescaledb_information.continuous_aggregates
       on materialization_hypertable_name = job.hypertable_name
     where coalesce(view_name, job.hypertable_name) = $1 and proc_name = $2`,
    [table, kind === 'refresh' ? 'policy_refresh_continuous_aggregate' : 'policy_compression'],
  );
  return rows[0]!.id;
}

const serverUrl = process.env['TEST_TIMESCALE_URL'];

if (serverUrl === undefined) {
  console.warn('SKIPPED: storage beside the policies of a server (TEST_TIMESCALE_URL is not set)');
} else {
  test('drops, refreshes and policies that meet all come to their end', async () => {
    await using db = await timescaleServerDatabase(serverUrl);
    const { pool } = db;
    const { engine } = await openStorage(pool);
    const retention = { rawDays: 2, minuteDays: 10, hourDays: 30, dayDays: 60, eventDays: 2 };
    const [columnstore, refresh] = [
      await policyOf(pool, 'sample', 'columnstore'),
      await policyOf(pool, 'sample_1m', 'refresh'),
    ];
    // The windows of the policies fit the retention before anything meets.
    await engine.dropOld(Date.now(), retention);
    for (let round = 0; round < 3; round += 1) {
      const daysAgo = 20 - 5 * round;
      await pool.query(
        `insert into sample (time, series_id, value)
         select now() - $1 * interval '1 day' + second * interval '40 s', series, 1
         from generate_series(0, 2000) as second, generate_series(1, 5) as series`,
        [daysAgo],
      );
      const nowMs = Date.now() - (daysAgo - 6) * 24 * hourMs;
      const policy = (id: number) =>
        pool.query(`call run_job(${id})`).then(
          () => null,
          (error: Error & { code: string }) => error.code,
        );
      const [packed, refreshed] = await Promise.all([
        policy(columnstore),
        policy(refresh),
        engine.dropOld(nowMs, retention),
        engine.refreshRollups(nowMs),
      ]);
      expect(packed).toBeNull();
      // One of two refreshes of the same time has to go; the policy comes again.
      expect([null, '55P03']).toContain(refreshed);
    }
    await engine.refreshRollups(Date.now());
    const { rows } = await pool.query('select sum(count)::int as count from sample_1d');
    expect(rows).toEqual([{ count: 3 * 2_001 * 5 }]);
  });
}
