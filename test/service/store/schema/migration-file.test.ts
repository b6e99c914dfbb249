import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  migrationDirectory,
  oldestUsableSchema,
  programSchemaVersion,
} from '../../../../service/store/schema/migrate.ts';
import { parseMigration, readMigrations } from '../../../../service/store/schema/migration-file.ts';

describe('a migration file', () => {
  test('runs in one transaction', () => {
    const text = '-- A table.\ncreate table one ();\ncreate table two ();\n';
    expect(parseMigration('0007_two_tables', text)).toEqual({
      name: '0007_two_tables',
      version: 7,
      alone: null,
      sql: text,
    });
  });

  test('or its first statement runs alone, and the rest stays on its lines', () => {
    const text = `-- no transaction
-- Big tables; built aside.
create unique index concurrently if not exists series_unit
  on series (unit);
insert into schema_version values (4, 3, 3);
`;
    const { alone, sql } = parseMigration('0004_series_unit', text);
    expect(alone?.index).toBe('series_unit');
    expect(alone?.sql.split('\n').at(-1)).toBe('  on series (unit);');
    expect(sql).toBe('\n\n\n\ninsert into schema_version values (4, 3, 3);\n');
  });

  test('a comment that ends in a semicolon ends no statement', () => {
    const text = '-- no transaction\n-- slow;\nvacuum series;\nselect 1;';
    expect(parseMigration('0004_slow', text).sql).toBe('\n\n\nselect 1;');
  });

  test.each([
    ['first_tables', 'select 1;', /must begin with four digits/],
    ['0004_a', '-- no transaction\ncreate index concurrently a on b (c);', /if not exists/],
    ['0004_a', '-- no transaction\ndrop index concurrently a;', /if exists/],
  ])('%s holding %s is refused', (name, text, problem) => {
    expect(() => parseMigration(name, text)).toThrow(problem);
  });
});

describe('the migrations', () => {
  test('are numbered without holes up to the version this program says it is', async () => {
    const files = await readMigrations(migrationDirectory);
    expect(files.map(({ version }) => version)).toEqual(
      Array.from({ length: programSchemaVersion }, (_, index) => index + 1),
    );
    expect(oldestUsableSchema).toBeLessThanOrEqual(programSchemaVersion);
    expect(await readdir(migrationDirectory)).toEqual(files.map(({ name }) => `${name}.sql`));
  });

  test('leave begin and commit to the program that runs them', async () => {
    const files = await readMigrations(migrationDirectory);
    const own = files.filter(({ sql }) =>
      /^\s*(begin|commit|rollback|end)\s*(work)?;/im.test(sql.replaceAll(/\$\$.*?\$\$/gs, '')),
    );
    expect(own.map(({ name }) => name)).toEqual([]);
  });
});
