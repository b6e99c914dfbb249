/** Two programs as people start them, at once, on one empty database. */
import { describe, expect, test } from 'vitest';
import {
  migrate,
  migrationDirectory,
  programSchemaVersion,
  readSchemaVersion,
} from '../../../../service/store/schema/migrate.ts';
import { readMigrations } from '../../../../service/store/schema/migration-file.ts';
import { type Daemon, startDaemon } from '../../../support/daemon.ts';
import { emptyDatabase } from '../../../support/database.ts';
import { dataFolder, runNocturne } from '../../../support/demo-process.ts';
import { migrationFolder, serves } from '../../../support/migration-folder.ts';

const migrations = (await readMigrations(migrationDirectory)).map(({ name }) => name);

const applied = (text: string) =>
  Array.from(text.matchAll(/applied migration (\w+)/g), ([, name]) => name);

describe('two programs that start at once on an empty database', () => {
  test('"nocturne migrate": both end well, and one of them migrated', async () => {
    await using db = await emptyDatabase();
    await using folder = await dataFolder();
    const env = { DATABASE_URL: db.url, NOCTURNE_DATA_DIR: folder.path };
    const both = await Promise.all([runNocturne(['migrate'], env), runNocturne(['migrate'], env)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const outputs = both.map(({ output }) => output);
    expect(outputs.map(applied).sort((one, other) => one.length - other.length)).toEqual([
      [],
      migrations,
    ]);
    expect(outputs.filter((output) => output.includes('the schema is up to date'))).toHaveLength(1);
    expect(await readSchemaVersion(db.pool)).toMatchObject({ version: programSchemaVersion });
  });

  test('collectors: one migrates and collects, the other takes over and ends as well', async () => {
    await using db = await emptyDatabase();
    await using a = await startDaemon(db.url, 'node-a');
    await using b = await startDaemon(db.url, 'node-b');
    const runs = (daemon: Daemon) => daemon.line('runs as both');
    const first = await Promise.race([runs(a).then(() => a), runs(b).then(() => b)]);
    const second = first === a ? b : a;
    await second.line('waiting for its turn');
    expect(applied([...a.lines, ...b.lines].join('\n'))).toEqual(migrations);
    expect(await first.stop()).toBe(0);
    await runs(second);
    expect(await second.stop()).toBe(0);
    const { rows } = await db.pool.query('select name from dashboard_version, node order by name');
    expect(rows).toEqual([{ name: 'node-a' }, { name: 'node-b' }]);
  });
});

describe('a schema made by a newer program', () => {
  test('that takes consoles of this version but no collectors refuses the collector alone', async () => {
    await using db = await emptyDatabase();
    await using folder = await migrationFolder({ '9001_next.sql': serves(9001, 3, 9001) });
    await migrate(db.url, { directory: folder.path });
    await using data = await dataFolder();
    const env = { DATABASE_URL: db.url, NOCTURNE_DATA_DIR: data.path, NOCTURNE_FEED_PORT: '0' };
    const { code, output } = await runNocturne(['collector'], { ...env, PORT: '0' });
    expect(code).toBe(1);
    expect(output).toBe(
      `nocturne: the database's schema (version 9001) serves collectors of schema version 9001 or newer, this one is ${programSchemaVersion}: update Nocturne, or run it as NODE_ROLE=web\n`,
    );
    const listed = await runNocturne(['device', 'list'], env);
    expect(listed).toMatchObject({ code: 0 });
    const migrated = await runNocturne(['migrate'], env);
    expect(migrated.code).toBe(0);
    expect(migrated.output).toContain('made by a newer program than this one');
    expect(migrated.output).not.toContain('up to date');
  });
});
