import { describe, expect, test } from 'vitest';
import {
  checkSchemaVersion,
  migrate,
  migrationDirectory,
  programSchemaVersion,
  readSchemaVersion,
} from '../../../../service/store/schema/migrate.ts';
import { readMigrations } from '../../../../service/store/schema/migration-file.ts';
import type { NocturneError } from '../../../../core/errors.ts';
import { emptyDatabase, testDatabase } from '../../../support/database.ts';
import { migrationFolder, serves } from '../../../support/migration-folder.ts';

describe('migrations', () => {
  test('two programs that start at once both find the schema made', async () => {
    await using db = await emptyDatabase();
    const applied = await Promise.all([migrate(db.url), migrate(db.url)]);
    const files = await readMigrations(migrationDirectory);
    expect(applied.flat()).toEqual(files.map(({ name }) => name));
    expect(await readSchemaVersion(db.pool)).toMatchObject({ version: programSchemaVersion });
    expect(await migrate(db.url)).toEqual([]);
  });

  test('a database without tables has no version and is refused with what to do', async () => {
    await using db = await emptyDatabase();
    const version = await readSchemaVersion(db.pool);
    expect(version).toBeNull();
    expect(() => checkSchemaVersion(version, 'reader')).toThrow(
      /version 0, this program needs at least \d+: run "nocturne migrate"/,
    );
  });

  test('a newer schema turns nobody away that it still serves', async () => {
    await using db = await testDatabase();
    const at = async (version: number, oldestReader: number, oldestWriter: number) => {
      await db.pool.query('insert into schema_version values ($1, $2, $3)', [
        version,
        oldestReader,
        oldestWriter,
      ]);
      const schema = await readSchemaVersion(db.pool);
      const refusal = (use: 'reader' | 'writer') => {
        try {
          checkSchemaVersion(schema, use, { version: 3, oldestUsable: 3 });
          return null;
        } catch (error) {
          return [(error as NocturneError).code, (error as NocturneError).message];
        }
      };
      return { reader: refusal('reader'), writer: refusal('writer') };
    };
    expect(await at(1_007, 3, 3)).toEqual({ reader: null, writer: null });
    expect(await at(1_008, 3, 1_007)).toEqual({
      reader: null,
      writer: [
        'SCHEMA_TOO_NEW',
        "the database's schema (version 1008) serves collectors of schema version 1007 or newer, this one is 3: update Nocturne, or run it as NODE_ROLE=web",
      ],
    });
    const neither = [
      'SCHEMA_TOO_NEW',
      "the database's schema (version 1009) serves programs of schema version 1008 or newer, this one is 3: update Nocturne",
    ];
    expect(await at(1_009, 1_008, 1_007)).toEqual({ reader: neither, writer: neither });
  });

  test('a newer schema is left as it is', async () => {
    await using db = await testDatabase();
    await using folder = await migrationFolder({
      '9001_next.sql': `create table next (); ${serves(9001, 3, 3)}`,
    });
    await migrate(db.url, { directory: folder.path });
    const told: string[] = [];
    expect(await migrate(db.url, { onStep: (step) => told.push(step) })).toEqual([]);
    expect(told).toEqual([
      `the schema is at version 9001, made by a newer program than this one (${programSchemaVersion}): nothing is changed; update this program`,
    ]);
    expect(await readSchemaVersion(db.pool)).toMatchObject({ version: 9001 });
  });

  test('a database that was migrated by other files is refused', async () => {
    await using db = await testDatabase();
    const version = (await readSchemaVersion(db.pool))?.version;
    await db.pool.query(
      `update schema_migration set name = '0002_something_else' where name like '0002%'`,
    );
    await expect(migrate(db.url)).rejects.toThrow(
      `the database lacks the migration 0002_history_audit_notify, although it is at version ${version}`,
    );
  });

  test('whoever is told to stop while another one migrates stops waiting', async () => {
    await using db = await emptyDatabase();
    using holder = await db.connect();
    await holder.query(`select pg_advisory_lock(hashtext('nocturne_migrate'))`);
    const stop = new AbortController();
    const onStep = (step: string) => {
      expect(step).toBe('another program migrates this database; waiting for it');
      stop.abort(new Error('stopped'));
    };
    await expect(migrate(db.url, { onStep, signal: stop.signal })).rejects.toThrow('stopped');
    await holder.query('select pg_advisory_unlock_all()');
  });
});
