/**
 * The SQL files of `migrations/`: `0004_what_it_does.sql` makes schema version 4 and ends by saying, in its row of
 * `schema_version`, which oldest reader and writer it still serves. A file runs in one transaction. Where a statement
 * cannot, its first line is `-- no transaction`: then the first statement runs by itself, the rest as usual.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { NocturneError } from '../../../core/errors.ts';

export interface MigrationFile {
  /** Without `.sql`; what the database remembers. */
  readonly name: string;
  readonly version: number;
  /** What runs by itself before the transaction. */
  readonly alone: AloneStatement | null;
  /** On the same lines as in the file. */
  readonly sql: string;
}

/** Can be repeated: a run may end between it and the transaction that records the file. */
export interface AloneStatement {
  readonly sql: string;
  /** The index it builds, which a failure leaves behind as invalid. */
  readonly index: string | null;
}

/**
 * In order of version.
 * @throws STARTUP_FAILED for a file that cannot be one
 */
export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) =>
      parseMigration(
        file.slice(0, -'.sql'.length),
        await readFile(path.join(directory, file), 'utf8'),
      ),
    ),
  );
}

/** @throws STARTUP_FAILED */
export function parseMigration(name: string, text: string): MigrationFile {
  const version = Number(/^(\d{4})_/.exec(name)?.[1] ?? Number.NaN);
  if (Number.isNaN(version)) {
    throw unusable(name, 'its name must begin with four digits and an underscore');
  }
  if (!/^-- no transaction\s*$/m.test(text.split('\n', 1)[0]!)) {
    return { name, version, alone: null, sql: text };
  }
  const end = endOfFirstStatement(text);
  const alone = { sql: text.slice(0, end), index: indexBuilt(text) };
  if (!canRepeat(alone.sql)) {
    throw unusable(
      name,
      'a statement outside a transaction must be harmless when repeated: write "if not exists" or "if exists"',
    );
  }
  // Blank lines instead of what ran already, so that errors name the file's own lines.
  return {
    name,
    version,
    alone,
    sql: text.slice(0, end).replaceAll(/[^\n]/g, '') + text.slice(end),
  };
}

function unusable(name: string, why: string): NocturneError {
  return new NocturneError('STARTUP_FAILED', `the migration ${name} cannot be used: ${why}`);
}

/** Statements that need no transaction are short ones; a line's end after a semicolon ends them. */
function endOfFirstStatement(text: string): number {
  const found = /;[ \t]*$/m.exec(text.replaceAll(/^\s*--.*$/gm, (line) => ' '.repeat(line.length)));
  return found === null ? text.length : found.index + found[0].length;
}

const building = /create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+(\w+)/i;

function indexBuilt(text: string): string | null {
  return building.exec(text)?.[1]?.toLowerCase() ?? null;
}

function canRepeat(sql: string): boolean {
  return !/\bconcurrently\b/i.test(sql) || /\bconcurrently\s+if\s+(not\s+)?exists\b/i.test(sql);
}
