import { describe, expect, test } from 'vitest';
import { checkSchemaVersion, migrate, readSchemaVersion } from '../../../service/store/migrate.ts';
import { emptyDatabase, testDatabase } from '../../support/database.ts';

describe('migrations', () => {
  test('two programs that start at once both find the schema made', async () => {
    await using db = await emptyDatabase();
    const applied = await Promise.all([migrate(db.url), migrate(db.url)]);
    expect(applied.flat()).toEqual([
      '0001_first_tables',
      '0002_history_audit_notify',
      '0003_rollup_marks',
    ]);
    expect(await readSchemaVersion(db.pool)).toEqual({
      version: 3,
      oldestReader: 2,
      oldestWriter: 3,
    });
    expect(await migrate(db.url)).toEqual([]);
  });

  test('a database without tables has no version and is refused with what to do', async () => {
    await using db = await emptyDatabase();
    const version = await readSchemaVersion(db.pool);
    expect(version).toBeNull();
    expect(() => checkSchemaVersion(version, 'reader')).toThrow(
      /version 0, this program needs at least 3: run "nocturne migrate"/,
    );
  });

  test('a newer schema turns nobody away that it still serves', async () => {
    await using db = await testDatabase();
    await db.pool.query(
      'insert into schema_version (version, oldest_reader, oldest_writer) values (9, 3, 7)',
    );
    const version = await readSchemaVersion(db.pool);
    expect(() => checkSchemaVersion(version, 'reader')).not.toThrow();
    expect(() => checkSchemaVersion(version, 'writer')).toThrow(
      expect.objectContaining({ code: 'SCHEMA_TOO_NEW' }),
    );
  });
});
