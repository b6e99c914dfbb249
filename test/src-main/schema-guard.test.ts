/** A desktop on databases of other releases. */
import { expect, test } from 'vitest';
import { migrate, programSchemaVersion } from '../../service/store/schema/migrate.ts';
import { emptyDatabase, testDatabase, type TestDatabase } from '../support/database.ts';
import { ManualTime } from '../support/manual-time.ts';
import { migrationFolder, serves } from '../support/migration-folder.ts';
import { databaseDoor } from './database-door.ts';
import { openWindow, testDesktop } from './desktop.ts';

const next = programSchemaVersion + 1;

/** As if a newer release had migrated the database, which serves readers from a version on. */
async function migrateAhead({ url }: TestDatabase, oldestReader: number): Promise<void> {
  const file = `${String(next).padStart(4, '0')}_next.sql`;
  await using folder = await migrationFolder({ [file]: serves(next, oldestReader, next) });
  await migrate(url, { directory: folder.path });
}

test('a newer schema that still serves readers of this version is worked with', async () => {
  await using db = await testDatabase();
  await migrateAhead(db, programSchemaVersion);
  await using desktop = await testDesktop({ databaseUrl: db.url });
  using window = openWindow(desktop);
  await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
});

test('one that serves newer programs only is refused with one sentence; who sits here is known', async () => {
  await using db = await testDatabase();
  await migrateAhead(db, next);
  await using desktop = await testDesktop({ databaseUrl: db.url });
  using window = openWindow(desktop);
  await expect(window.client.device.list({})).rejects.toMatchObject({
    code: 'SCHEMA_TOO_NEW',
    message: `the database's schema (version ${next}) serves programs of schema version ${next} or newer, this one is ${programSchemaVersion}: update Nocturne`,
  });
  await expect(window.client.system.events({})).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
  await expect(window.client.system.me()).resolves.toMatchObject({ role: 'admin' });
});

test('a database that was never migrated is refused until it is', async () => {
  await using db = await emptyDatabase();
  await using desktop = await testDesktop({ databaseUrl: db.url });
  using window = openWindow(desktop);
  await expect(window.client.device.list({})).rejects.toMatchObject({
    code: 'SCHEMA_TOO_OLD',
    message: expect.stringMatching(
      /schema is at version 0, this program needs .*: run "nocturne migrate"$/,
    ),
  });
  await migrate(db.url);
  await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
});

test('a database migrated while a window is open is noticed', async () => {
  await using db = await testDatabase();
  const time = new ManualTime();
  await using desktop = await testDesktop({ databaseUrl: db.url, clock: time });
  using window = openWindow(desktop);
  await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
  await migrateAhead(db, next);
  await expect(window.client.device.list({})).resolves.toMatchObject({ total: 0 });
  time.advance(10_000);
  await expect(window.client.device.list({})).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
});

test('a database that cannot be asked is no matter of its schema', async () => {
  await using db = await testDatabase();
  await migrateAhead(db, next);
  await using door = await databaseDoor(db.url);
  await door.shut();
  await using desktop = await testDesktop({ databaseUrl: door.url });
  using window = openWindow(desktop);
  await expect(window.client.device.list({})).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
  });
  await door.open();
  await expect(window.client.device.list({})).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
});
