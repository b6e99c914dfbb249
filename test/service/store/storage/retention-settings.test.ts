import { describe, expect, test } from 'vitest';
import {
  readRetention,
  writeRetention,
} from '../../../../service/store/storage/retention-settings.ts';
import { writeSetting } from '../../../../service/store/operating/setting.ts';
import { openStorage } from '../../../../service/store/storage/storage-choice.ts';
import { testDatabase } from '../../../support/database.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

const byDefault = { rawDays: 30, minuteDays: 180, hourDays: 730, dayDays: 3_650, eventDays: 90 };
const actor = 'ada';

describe('retention settings', () => {
  test('have defaults, and keep what is written', async () => {
    await using db = await testDatabase();
    expect(await readRetention(db.pool)).toEqual(byDefault);
    await writeRetention(db.pool, { retention: { rawDays: 7 }, actor });
    expect(await readRetention(db.pool)).toEqual({ ...byDefault, rawDays: 7 });
  });

  test.each([
    [{ rawDays: 200 }, /a coarser tier must be kept at least as long/],
    [{ rawDays: 0 }, /rawDays/],
    [{ dayDays: 1.5e9 }, /dayDays/],
    [{ eventDays: 1.5 }, /eventDays/],
  ])('%j is refused', async (retention, sentence) => {
    await using db = await testDatabase();
    await expect(writeRetention(db.pool, { retention, actor })).rejects.toThrow(sentence);
    expect(await readRetention(db.pool)).toEqual(byDefault);
  });

  test('what is no retention at all is refused rather than guessed', async () => {
    await using db = await testDatabase();
    await writeSetting(db.pool, { key: 'retention', value: 'for ever', actor });
    await expect(readRetention(db.pool)).rejects.toThrow(/the retention is not valid/);
  });

  test('timescale: the policies follow, and are left alone where they fit', async () => {
    await using db = await timescaleDatabase();
    const { pool } = db;
    const { engine } = await openStorage(pool);
    const policies = async () => {
      const { rows } = await pool.query<{ days: number | null }>(
        `select job_id, proc_name, schedule_interval, config,
           round(extract(epoch from (config ->> 'start_offset')::interval) / 86400)::int as days
         from timescaledb_information.jobs where job_id >= 1000 order by job_id`,
      );
      return rows;
    };
    /** How far back 1m, 1h and 1d are refreshed. */
    const windows = async () => (await policies()).flatMap(({ days }) => days ?? []);
    const before = await policies();
    // As far as their sources are kept; the day's own bucket more.
    expect(await windows()).toEqual([30, 180, 731]);
    const nowMs = Date.UTC(2026, 10, 21);
    await engine.dropOld(nowMs, await readRetention(pool));
    expect(await policies()).toEqual(before);
    const jobs = async () =>
      (await pool.query('select * from timescaledb_information.jobs order by job_id')).rows;
    const stepsOf = async (act: () => Promise<unknown>) => {
      const [from, to] = [await jobs(), (await act(), await jobs())];
      return to.filter((job, at) => JSON.stringify(job) !== JSON.stringify(from[at])).length;
    };
    const retention = { rawDays: 10, minuteDays: 20 };
    const shorten = async () =>
      engine.dropOld(nowMs, await writeRetention(pool, { retention, actor }));
    // The refreshes of 1m and 1h; no job is another one than before.
    expect(await stepsOf(shorten)).toBe(2);
    expect(await windows()).toEqual([10, 20, 731]);
    expect((await policies()).map((one) => ({ ...one, config: null, days: null }))).toEqual(
      before.map((one) => ({ ...one, config: null, days: null })),
    );
  });

  test('timescale: a policy that somebody took away or changed is found out, a paused one left', async () => {
    await using db = await timescaleDatabase();
    const { pool } = db;
    const { engine } = await openStorage(pool);
    const policies = async () =>
      (
        await pool.query(
          `select proc_name, hypertable_name, config, scheduled, schedule_interval
           from timescaledb_information.jobs where job_id >= 1000 order by 1, 2`,
        )
      ).rows;
    const idOf = async (table: string, proc: string) =>
      (
        await pool.query<{ id: number }>(
          `select job_id as id from timescaledb_information.jobs
           left join timescaledb_information.continuous_aggregates on materialization_hypertable_name = jobs.hypertable_name
           where coalesce(view_name, jobs.hypertable_name) = $1 and proc_name = $2`,
          [table, proc],
        )
      ).rows[0]!.id;
    const wanted = await policies();
    await pool.query(`select remove_continuous_aggregate_policy('sample_1h')`);
    await pool.query(
      `select alter_job($1, config => '{"hypertable_id": 1, "compress_after": "1 hour"}')`,
      [await idOf('sample', 'policy_compression')],
    );
    await engine.createStorage();
    expect(await policies()).toEqual(wanted);
    await pool.query(`select alter_job($1, scheduled => false)`, [
      await idOf('sample_1m', 'policy_refresh_continuous_aggregate'),
    ]);
    await engine.createStorage();
    expect((await policies()).filter(({ scheduled }) => scheduled === false)).toHaveLength(1);
  });
});
