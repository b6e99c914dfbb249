/** Expand before contract: this program works on a schema that is one expansion ahead of it. */
import { describe, expect, test } from 'vitest';
import {
  migrate,
  programSchemaVersion,
  readSchemaVersion,
} from '../../../../service/store/schema/migrate.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { nextSchema } from '../../../support/next-schema.ts';
import { migrationFolder } from '../../../support/migration-folder.ts';
import { workADay } from '../../../support/program-work.ts';

const noonMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;

async function expanded(): Promise<TestDatabase> {
  const db = await testDatabase();
  await using folder = await migrationFolder(nextSchema);
  await migrate(db.url, { directory: folder.path });
  return db;
}

describe('on a schema one expansion ahead', () => {
  test('everything works that people, collectors and jobs do', async () => {
    await using db = await expanded();
    expect(await readSchemaVersion(db.pool)).toMatchObject({ version: programSchemaVersion + 2 });
    await workADay(db, noonMs);
  });

  test('history keeps what a column holds that this program does not know', async () => {
    await using db = await expanded();
    await workADay(db, noonMs);
    await db.pool.query(`update device set rack = 'R7' where name = 'new-leaf'`);
    await db.pool.query(`update device set platform = 'xr' where name = 'new-leaf'`);
    const { rows } = await db.pool.query(
      `select "row" ->> 'rack' as rack, "row" ->> 'platform' as platform, valid_to is null as now
       from device_history where "row" ->> 'name' = 'new-leaf' order by history_id desc limit 2`,
    );
    expect(rows).toEqual([
      { rack: 'R7', platform: 'xr', now: true },
      { rack: 'R7', platform: null, now: false },
    ]);
  });
});
