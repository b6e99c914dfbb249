/**
 * Brings the database's schema up to this program's, and refuses to work on one it does not fit. Migrations are plain
 * SQL files, run in order under an advisory lock, each in its own transaction; two programs may start at once.
 */
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { NocturneError } from '../../core/errors.ts';
import { databaseError } from './database-error.ts';
import { connectionConfig, createPool } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { openStorage } from './storage-choice.ts';
import type { StorageEngine } from './storage-engine.ts';

/** The newest migration this program knows of. */
export const programSchemaVersion = 3;
/** The oldest schema this program can work on; raised when a program starts to need what a migration added. */
export const oldestUsableSchema = 3;

const defaultDirectory = fileURLToPath(new URL('../../migrations', import.meta.url));

export interface MigrateOptions {
  /** Folder of the SQL files; default: the checkout's `migrations/`. */
  readonly directory?: string;
  readonly onStep?: (message: string) => void;
  /** What a new database keeps its samples in; default: TimescaleDB where its extension has been created. */
  readonly storage?: StorageEngine['name'];
}

/**
 * Applies what is missing and makes storage for samples; waits for another migrator. Answers the names of the migrations
 * applied now.
 * @throws DATABASE_UNREACHABLE, DATABASE_REFUSED, STARTUP_FAILED
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
    await client.connect();
    const applied = await runner({
      dbClient: client,
      dir: options.directory ?? defaultDirectory,
      direction: 'up',
      migrationsTable: 'schema_migration',
      advisoryLockMode: 'wait',
      // A newer program's migrations may already be there; that alone turns nobody away.
      checkOrder: false,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    for (const { name } of applied) options.onStep?.(`applied migration ${name}`);
    await makeStorage(databaseUrl, options);
    return applied.map(({ name }) => name);
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
 * Refuses a schema that this program cannot work on.
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
  const oldest = use === 'reader' ? schema.oldestReader : schema.oldestWriter;
  if (program.version < oldest) {
    throw new NocturneError(
      'SCHEMA_TOO_NEW',
      `the database's schema (version ${found}) serves programs of schema version ${oldest} or newer, this one is ${program.version}: update Nocturne`,
    );
  }
}
