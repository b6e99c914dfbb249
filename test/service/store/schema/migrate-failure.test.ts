/** Migrations that fail, are cut off, or run at the same time: nothing is left half-done, and the next run goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  migrate,
  programSchemaVersion,
  readSchemaVersion,
} from '../../../../service/store/schema/migrate.ts';
import { emptyDatabase, testDatabase, type TestDatabase } from '../../../support/database.ts';
import { migrationFolder, serves } from '../../../support/migration-folder.ts';

const program = path.join(import.meta.dirname, '../../../support/migrate-folder.ts');

/** All that a migration could have left: tables, columns, indexes, functions, rights, versions. */
async function tracesOf(db: TestDatabase): Promise<unknown> {
  const { rows } = await db.pool.query(
    `select
       (select jsonb_agg(jsonb_build_array(relname, relkind, relacl::text) order by relname)
        from pg_class where relnamespace = 'public'::regnamespace) as relations,
       (select jsonb_agg(jsonb_build_array(attrelid::regclass::text, attname) order by 1)
        from pg_attribute join pg_class on pg_class.oid = attrelid
        where relnamespace = 'public'::regnamespace and attnum > 0) as columns,
       (select jsonb_agg(proname order by proname)
        from pg_proc where pronamespace = 'public'::regnamespace) as functions`,
  );
  return [rows, await readSchemaVersion(db.pool)];
}

async function isValid(db: TestDatabase, index: string): Promise<boolean | undefined> {
  const { rows } = await db.pool.query<{ valid: boolean }>(
    'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)',
    [index],
  );
  return rows[0]?.valid;
}

/** The process id of the migrator's connection, once it waits for what the test holds. */
function waitingMigrator(db: TestDatabase, waitsFor: string): Promise<number> {
  return vi.waitFor(
    async () => {
      const { rows } = await db.pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database()
           and application_name = 'nocturne migrate' and wait_event = $1`,
        [waitsFor],
      );
      expect(rows).toHaveLength(1);
      return rows[0]!.pid;
    },
    { timeout: 20_000, interval: 20 },
  );
}

function startMigrator(db: TestDatabase, folder: string) {
  const child = spawn(process.execPath, [program, db.url, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { child, ended: once(child, 'exit') };
}

describe('a migration that fails in its middle', () => {
  test('leaves nothing and says where, why and what to do', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({
      '9001_wide.sql': `-- Ünï·codé
create table half_done (id int);
alter table device add column shelf text;
grant select on device to public;
create function half() returns int language sql as 'select 1';
${serves(9001, 3, 3)}
alter table device alter column no_such_column drop not null;
`,
    });
    const before = await tracesOf(db);
    await expect(migrate(db.url, { directory: folder.path })).rejects.toMatchObject({
      code: 'STARTUP_FAILED',
      message:
        'the migration 9001_wide.sql failed: column "no_such_column" of relation "device" does not exist; nothing of it was kept: remove the cause, then run "nocturne migrate" again',
    });
    expect(await tracesOf(db)).toEqual(before);
    await folder.write(
      '9001_wide.sql',
      `alter table device add column shelf text; ${serves(9001, 3, 3)}`,
    );
    expect(await migrate(db.url, { directory: folder.path })).toEqual(['9001_wide']);
  });

  test('leaves an empty database empty', async () => {
    await using db = await emptyDatabase();
    await using folder = await migrationFolder({
      '0001_first_tables.sql': 'create table a ();\nselect b;',
    });
    const before = await tracesOf(db);
    await expect(migrate(db.url, { directory: folder.path })).rejects.toThrow(
      'the migration 0001_first_tables.sql failed in line 2: column "b" does not exist',
    );
    expect(await tracesOf(db)).toEqual(before);
  });

  test('keeps the files before it', async () => {
    await using db = await emptyDatabase();
    await using folder = await migrationFolder({ '0003_rollup_marks.sql': 'select b;' });
    await expect(migrate(db.url, { directory: folder.path })).rejects.toThrow('0003_rollup_marks');
    expect(await readSchemaVersion(db.pool)).toMatchObject({ version: 2 });
    expect((await migrate(db.url))[0]).toBe('0003_rollup_marks');
  });

  test('one that does not say whom it serves is refused', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({ '9001_mute.sql': 'create table mute ();' });
    const before = await tracesOf(db);
    await expect(migrate(db.url, { directory: folder.path })).rejects.toThrow(
      'does not say which oldest reader and writer version 9001 serves',
    );
    expect(await tracesOf(db)).toEqual(before);
  });

  test('a program killed in it leaves nothing; the next one waits for its end, then goes on', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({
      '9001_slow.sql': `create table slow ();
select pg_advisory_xact_lock(42);
${serves(9001, 3, 3)}`,
    });
    using holder = await db.connect();
    await holder.query('select pg_advisory_lock(42)');
    const { child, ended } = startMigrator(db, folder.path);
    await waitingMigrator(db, 'advisory');
    child.kill('SIGKILL');
    await ended;
    const told: string[] = [];
    const next = migrate(db.url, {
      directory: folder.path,
      onStep: (step) => {
        told.push(step);
        // The server is still at the dead program's statement.
        if (told.length === 1) void holder.query('select pg_advisory_unlock(42)');
      },
    });
    expect(await next).toEqual(['9001_slow']);
    expect(told).toEqual([
      'another program migrates this database; waiting for it',
      'applied migration 9001_slow',
    ]);
  });
});

describe('a statement that cannot run in a transaction', () => {
  const concurrently = (unique: string) => `-- no transaction
create ${unique} index concurrently if not exists series_first_seen on series (first_seen);
${serves(9001, 3, 3)}`;

  async function withTwins(db: TestDatabase): Promise<void> {
    await db.pool.query(
      `insert into series (device_id, path, metric, kind, unit, first_seen)
       select gen_random_uuid(), '/a', '/a', 'gauge', '1', '2026-01-01' from generate_series(1, 2)`,
    );
  }

  test('is run by itself, and two programs that start at once do not wait for each other', async () => {
    await using db = await emptyDatabase();
    await using folder = await migrationFolder({ '9001_index.sql': concurrently('') });
    const directory = folder.path;
    const applied = await Promise.all([
      migrate(db.url, { directory }),
      migrate(db.url, { directory }),
    ]);
    expect(applied.flat()).toHaveLength(programSchemaVersion + 1);
    expect(await isValid(db, 'series_first_seen')).toBe(true);
  });

  test('names the invalid index it leaves; the next run builds it anew', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({ '9001_index.sql': concurrently('unique') });
    const directory = folder.path;
    const before = await readSchemaVersion(db.pool);
    await withTwins(db);
    await expect(migrate(db.url, { directory })).rejects.toThrow(
      'the migration 9001_index.sql failed: could not create unique index "series_first_seen"; it has left the index series_first_seen behind as invalid, which nobody reads and the next run builds anew: remove the cause, then run "nocturne migrate" again',
    );
    expect(await isValid(db, 'series_first_seen')).toBe(false);
    expect(await readSchemaVersion(db.pool)).toEqual(before);
    await db.pool.query('delete from series where id = (select max(id) from series)');
    const told: string[] = [];
    expect(await migrate(db.url, { directory, onStep: (step) => told.push(step) })).toEqual([
      '9001_index',
    ]);
    expect(told[0]).toBe(
      'the index series_first_seen was left unfinished; it is dropped and built anew',
    );
    expect(await isValid(db, 'series_first_seen')).toBe(true);
  });

  test('killed with its program while it builds, it is found as it ended', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({ '9001_index.sql': concurrently('') });
    const directory = folder.path;
    await withTwins(db);
    // Building waits for transactions that may still read the table without the index.
    using reader = await db.connect();
    await reader.query('begin isolation level repeatable read');
    await reader.query('select from series');
    const { child, ended } = startMigrator(db, directory);
    const pid = await waitingMigrator(db, 'virtualxid');
    child.kill('SIGKILL');
    await ended;
    await db.pool.query('select pg_terminate_backend($1)', [pid]);
    await reader.query('commit');
    expect(await migrate(db.url, { directory })).toEqual(['9001_index']);
    expect(await isValid(db, 'series_first_seen')).toBe(true);
  });

  test('whose second half fails is repeated as a whole', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({
      '9001_index.sql': `${concurrently('')}\nselect no_such;`,
    });
    const directory = folder.path;
    const before = await readSchemaVersion(db.pool);
    await expect(migrate(db.url, { directory })).rejects.toThrow(
      /9001_index\.sql failed in line 5/,
    );
    expect(await readSchemaVersion(db.pool)).toEqual(before);
    await folder.write('9001_index.sql', concurrently(''));
    expect(await migrate(db.url, { directory })).toEqual(['9001_index']);
  });
});
