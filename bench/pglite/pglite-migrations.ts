/** Migrates PGlite, which is one process: it cannot build an index beside itself. */
import type { Pool } from 'pg';
import { migrationDirectory } from '../../service/store/schema/migrate.ts';
import { type MigrationFile, readMigrations } from '../../service/store/schema/migration-file.ts';
import { runMigrations } from '../../service/store/schema/migration-run.ts';

/**
 * `pool` has one connection.
 * @throws STARTUP_FAILED where a file fails
 */
export async function migratePglite(pool: Pool, directory = migrationDirectory): Promise<void> {
  const files = await readMigrations(directory);
  await runMigrations(pool, files.map(builtAtOnce));
}

/** "tuple concurrently updated" would be the answer otherwise. */
function builtAtOnce(file: MigrationFile): MigrationFile {
  if (file.alone === null) return file;
  const sql = file.alone.sql.replace(/\bconcurrently\b/i, '');
  return { ...file, alone: { ...file.alone, sql } };
}
