/**
 * Applies migration files over one connection, one program at a time.
 *
 *   lock → for each file that is missing: [the statement that runs alone] → begin → the rest, the file's name → commit
 *
 * So a file is there whole or not at all, and so is its row of `schema_version`. Only what runs alone may be left over by
 * a run that was cut off; the next run repeats it. The lock belongs to the connection: it ends with a killed program,
 * once the server has finished or given up that program's last statement.
 */
import { NocturneError, sentenceOf } from '../../../core/errors.ts';
import { pause, systemTimers, type Timers } from '../../../core/time.ts';
import { isUnreachable } from '../connection/database-error.ts';
import type { AloneStatement, MigrationFile } from './migration-file.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export interface RunOptions {
  readonly onStep?: ((message: string) => void) | undefined;
  /** Ends the wait for another migrator, and the run between two files. */
  readonly signal?: AbortSignal | undefined;
  readonly timers?: Timers | undefined;
}

const lookAgainMs = 250;
/** A statement that waits for a lock makes everybody after it wait too; better to fail and be tried again. */
const lockTimeout = '30s';

/**
 * Answers the names of the files applied now.
 * @throws STARTUP_FAILED where a file fails or does not fit what was applied before; the signal's reason
 */
export async function runMigrations(
  client: Queryable,
  files: readonly MigrationFile[],
  options: RunOptions = {},
): Promise<string[]> {
  await waitForLock(client, options);
  const missing = missingFiles(files, await appliedNames(client));
  for (const file of missing) {
    options.signal?.throwIfAborted();
    await applyFile(client, file, options);
    options.onStep?.(`applied migration ${file.name}`);
  }
  return missing.map(({ name }) => name);
}

/**
 * Asked for again and again instead of waited for in the database: a waiting statement holds a snapshot, and building an
 * index concurrently, which the lock's holder may be doing, waits for all snapshots older than its own.
 */
async function waitForLock(client: Queryable, options: RunOptions): Promise<void> {
  const { signal = new AbortController().signal, timers = systemTimers } = options;
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    const { locked } = await queryOne<{ locked: boolean }>(
      client,
      `select pg_try_advisory_lock(hashtext('nocturne_migrate')) as locked`,
    );
    if (locked) return;
    if (tries === 0) options.onStep?.('another program migrates this database; waiting for it');
    await pause(timers, lookAgainMs, signal);
  }
}

async function appliedNames(client: Queryable): Promise<Set<string>> {
  const { there } = await queryOne<{ there: boolean }>(
    client,
    `select to_regclass('schema_migration') is not null as there`,
  );
  if (!there) return new Set();
  const { rows } = await client.query<{ name: string }>('select name from schema_migration');
  return new Set(rows.map(({ name }) => name));
}

/** A newer program's migrations may already be there; that alone turns nobody away. */
function missingFiles(
  files: readonly MigrationFile[],
  applied: ReadonlySet<string>,
): MigrationFile[] {
  const newest = Math.max(0, ...[...applied].map((name) => Number.parseInt(name, 10)));
  const missing = files.filter(({ name }) => !applied.has(name));
  const skipped = missing.find(({ version }) => version <= newest);
  if (skipped === undefined) return missing;
  throw new NocturneError(
    'STARTUP_FAILED',
    `the database lacks the migration ${skipped.name}, although it is at version ${newest}: it was migrated by files other than this program's; use the program that did, or restore a backup`,
  );
}

async function applyFile(
  client: Queryable,
  file: MigrationFile,
  options: RunOptions,
): Promise<void> {
  if (file.alone !== null) await runAlone(client, file, file.alone, options);
  try {
    await client.query('begin');
    await client.query(`set local lock_timeout = '${lockTimeout}'`);
    await client.query(file.sql);
    await record(client, file);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw failure(file, file.sql, error, 'nothing of it was kept');
  }
}

async function record(client: Queryable, file: MigrationFile): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    'select version from schema_version order by version desc limit 1',
  );
  if (rows[0]?.version !== file.version) {
    throw new Error(
      `it does not say which oldest reader and writer version ${file.version} serves (its row of schema_version)`,
    );
  }
  await client.query(
    `create table if not exists schema_migration
       (id serial primary key, name varchar(255) not null, run_on timestamp not null)`,
  );
  await client.query('insert into schema_migration (name, run_on) values ($1, now())', [file.name]);
}

async function runAlone(
  client: Queryable,
  file: MigrationFile,
  { sql, index }: AloneStatement,
  options: RunOptions,
): Promise<void> {
  if (index !== null && (await isInvalid(client, index))) {
    options.onStep?.(`the index ${index} was left unfinished; it is dropped and built anew`);
    await client.query(`drop index concurrently if exists ${index}`);
  }
  try {
    await client.query(sql);
  } catch (error) {
    const left = index !== null && (await isInvalid(client, index).catch(() => false));
    throw failure(
      file,
      sql,
      error,
      left
        ? `it has left the index ${index} behind as invalid, which nobody reads and the next run builds anew`
        : 'the next run repeats it',
    );
  }
}

async function isInvalid(client: Queryable, index: string): Promise<boolean> {
  const { rows } = await client.query(
    'select from pg_index where indexrelid = to_regclass($1) and not indisvalid',
    [index],
  );
  return rows.length > 0;
}

function failure(file: MigrationFile, sql: string, error: unknown, left: string): unknown {
  // Trying again is what heals these; the caller says so.
  if (isUnreachable(error)) return error;
  return new NocturneError(
    'STARTUP_FAILED',
    `the migration ${file.name}.sql failed${lineOf(sql, error)}: ${sentenceOf(error)}; ${left}: remove the cause, then run "nocturne migrate" again`,
    { cause: error },
  );
}

/** PostgreSQL counts characters from 1. */
function lineOf(sql: string, error: unknown): string {
  const position = Number((error as { position?: unknown }).position);
  if (!(position > 0)) return '';
  const before = Array.from(sql).slice(0, position - 1);
  return ` in line ${before.filter((one) => one === '\n').length + 1}`;
}
