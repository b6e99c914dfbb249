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
    const { engine } = await openStorage(db.pool);
    const policies = async () => {
      const { rows } = await db.pool.query(
        `select job_id, proc_name, coalesce(config ->> 'drop_after', config ->> 'start_offset') as days
         from timescaledb_information.jobs
         where proc_name in ('policy_retention', 'policy_refresh_continuous_aggregate') order by days`,
      );
      return rows as { job_id: number; days: string }[];
    };
    const days = (rows: { days: string }[]) => rows.map((row) => row.days);
    const before = await policies();
    expect(days(before)).toEqual([
      '180 days',
      '29 days',
      '30 days',
      '30 days',
      '31 days',
      '3650 days',
      '730 days',
    ]);
    const nowMs = Date.UTC(2026, 10, 21);
    await engine.dropOld(nowMs, await readRetention(db.pool));
    expect(await policies()).toEqual(before);
    const retention = { rawDays: 10, minuteDays: 20 };
    await engine.dropOld(nowMs, await writeRetention(db.pool, { retention, actor }));
    const short = ['10 days', '10 days', '11 days', '20 days', '3650 days', '730 days', '9 days'];
    expect(days(await policies())).toEqual(short);
    // Longer again: what was dropped meanwhile must not be refreshed, for that would erase its rollups.
    await engine.dropOld(nowMs, await writeRetention(db.pool, { retention: {}, actor }));
    expect(days(await policies())).toEqual([
      '10 days',
      '11 days',
      '180 days',
      '30 days',
      '3650 days',
      '730 days',
      '9 days',
    ]);
  });
});
