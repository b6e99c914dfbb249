/** A folder with the project's migrations and some of a test's own. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { migrationDirectory } from '../../service/store/schema/migrate.ts';

export interface MigrationFolder extends AsyncDisposable {
  readonly path: string;
  /** Adds a file, or replaces it. */
  write(file: string, sql: string): Promise<void>;
}

export async function migrationFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<MigrationFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-migrations-'));
  await cp(migrationDirectory, folder, { recursive: true });
  const write = (file: string, sql: string) => writeFile(path.join(folder, file), sql);
  for (const [file, sql] of Object.entries(files)) await write(file, sql);
  return {
    path: folder,
    write,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The row that every migration ends with. */
export function serves(version: number, oldestReader: number, oldestWriter: number): string {
  return `insert into schema_version (version, oldest_reader, oldest_writer)
    values (${version}, ${oldestReader}, ${oldestWriter});`;
}
