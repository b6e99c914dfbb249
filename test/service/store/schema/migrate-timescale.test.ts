import { expect, test } from 'vitest';
import { readSchemaVersion } from '../../../../service/store/schema/migrate.ts';
import { migrationFolder, serves } from '../../../support/migration-folder.ts';
import { timescaleDatabase } from '../../../support/timescale.ts';

test('a statement outside a transaction runs on TimescaleDB too', async () => {
  await using folder = await migrationFolder({
    '9001_index.sql': `-- no transaction
create index concurrently if not exists series_first_seen on series (first_seen);
${serves(9001, 3, 3)}`,
  });
  await using db = await timescaleDatabase(folder.path);
  expect(await readSchemaVersion(db.pool)).toMatchObject({ version: 9001 });
  const { rows } = await db.pool.query(
    `select indisvalid as valid from pg_index where indexrelid = 'series_first_seen'::regclass`,
  );
  expect(rows).toEqual([{ valid: true }]);
});
