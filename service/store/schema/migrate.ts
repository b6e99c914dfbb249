/**
 * Brings the database's schema up to this program's, and refuses to work on one it does not fit. Migrations are plain
 * SQL files, run in order under an advisory lock, each whole or not at all; two programs may start at once.
 */
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { NocturneError } from '../../../core/errors.ts';
import { databaseError } from '../connection/database-error.ts';
import { readMigrations } from './migration-file.ts';
import { runMigrations, type RunOptions } from './migration-run.ts';
import { connectionConfig, createPool } from '../connection/pool.ts';
import type { Queryable } from '../connection/queryable.ts';
import { openStorage } from '../storage/storage-choice.ts';
import type { StorageEngine } from '../storage/storage-engine.ts';

/** The newest migration this program knows of. */
export const programSchemaVersion = 12;
/** The oldest schema this program can work on; raised when a program starts to need what a migration added. */
export const oldestUsableSchema = 12;

export const migrationDirectory = fileURLToPath(new URL('../../../migrations', import.meta.url));

export interface MigrateOptions extends RunOptions {
  /** Folder of the SQL files; default: the checkout's `migrations/`. */
  readonly directory?: string;
  /** What a new database keeps its samples in; default: TimescaleDB where its extension has been created. */
  readonly storage?: StorageEngine['name'] | undefined;
  /** Told in place of a step where the schema is of a newer program. */
  readonly onNewer?: (sentence: string) => void;
}

/**
 * Applies what is missing and makes storage for samples; waits for another migrator. Answers the names of the migrations
 * applied now. A schema that is newer already is left as it is.
 * @throws DATABASE_UNREACHABLE, DATABASE_REFUSED, STARTUP_FAILED; the signal's reason
 */
export async function migrate(
  databaseUrl: string,
  options: MigrateOptions = {},
): Promise<string[]> {
  const client = new Client(
    connectionConfig(databaseUrl, { applicationName: 'nocturne migrate', statementTimeoutMs: 0 }),
  );
  client.on('error', () => {});
  try {
    const files = await readMigrations(options.directory ?? migrationDirectory);
    await client.connect();
    const applied = await runMigrations(client, files, options);
    const newest = files.at(-1)?.version ?? 0;
    const found = (await readSchemaVersion(client))?.version ?? 0;
    if (found > newest) {
      const tell = options.onNewer ?? options.onStep;
      tell?.(
        `the schema is at version ${found}, made by a newer program than this one (${newest}): nothing is changed; update this program`,
      );
    } else {
      await makeStorage(databaseUrl, options);
    }
    return applied;
  } catch (error) {
    throw databaseError(error, databaseUrl);
  } finally {
    await client.end().catch(() => {});
  }
}

async function makeStorage(databaseUrl: string, options: MigrateOptions): Promise<void> {
  await using pool = createPool(databaseUrl, {
    applicationName: 'nocturne migrate',
    size: 1,
    statementTimeoutMs: 0,
  });
  const { told } = await openStorage(pool, options.storage);
  if (told !== null) options.onStep?.(told);
}

export interface SchemaVersion {
  readonly version: number;
  readonly oldestReader: number;
  readonly oldestWriter: number;
}

/** The newest migration applied, or null on a database without Nocturne's tables. */
export async function readSchemaVersion(db: Queryable): Promise<SchemaVersion | null> {
  const there = await db.query<{ there: boolean }>(
    `select to_regclass('schema_version') is not null as there`,
  );
  if (there.rows[0]?.there !== true) return null;
  const { rows } = await db.query<SchemaVersion>(
    `select version, oldest_reader as "oldestReader", oldest_writer as "oldestWriter"
     from schema_version order by version desc limit 1`,
  );
  return rows[0] ?? null;
}

/**
 * Refuses a schema that this program cannot work on. A reader is a console: it reads telemetry and changes what people
 * configure. A writer is a collector: it stores telemetry.
 * @throws SCHEMA_TOO_OLD, SCHEMA_TOO_NEW
 */
export function checkSchemaVersion(
  schema: SchemaVersion | null,
  use: 'reader' | 'writer',
  program = { version: programSchemaVersion, oldestUsable: oldestUsableSchema },
): void {
  const found = schema?.version ?? 0;
  if (schema === null || found < program.oldestUsable) {
    throw new NocturneError(
      'SCHEMA_TOO_OLD',
      `the database's schema is at version ${found}, this program needs at least ${program.oldestUsable}: run "nocturne migrate"`,
    );
  }
  const readable = program.version >= schema.oldestReader;
  if (readable && (use === 'reader' || program.version >= schema.oldestWriter)) return;
  const [who, oldest] = readable
    ? ['collectors', schema.oldestWriter]
    : ['programs', schema.oldestReader];
  const still = readable ? ', or run it as NODE_ROLE=web' : '';
  throw new NocturneError(
    'SCHEMA_TOO_NEW',
    `the database's schema (version ${found}) serves ${who} of schema version ${oldest} or newer, this one is ${program.version}: update Nocturne${still}`,
  );
}
