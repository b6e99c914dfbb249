/**
 * A primary and a standby that streams from it, both real servers of this machine. The standby is a copy of the
 * primary's folder taken as a base backup, for which no program but the server is needed.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../collector-daemon/embedded-postgres/free-port.ts';
import { stopServer } from '../../collector-daemon/embedded-postgres/postmaster.ts';
import { serverUser } from '../../collector-daemon/embedded-postgres/server-user.ts';
import { migrate } from '../../service/store/schema/migrate.ts';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { throwAwayServer } from './throw-away-server.ts';

const run = promisify(execFile);
/** What counts as written is what has been flushed, so commits wait for it; nothing needs to reach the disk. */
const primarySettings = { shared_buffers: '32MB', synchronous_commit: 'on' };
const standbySettings = { shared_buffers: '32MB', fsync: 'off', full_page_writes: 'off' };

export interface StreamingReplica extends AsyncDisposable {
  /** Superuser on the migrated database. */
  readonly primary: DatabasePool;
  /** The same database on the standby. */
  readonly standbyUrl: string;
  /** SQL on the standby, over a connection of its own. */
  onStandby<Row>(statement: string, values?: readonly unknown[]): Promise<Row>;
  /** Resolves when the standby has replayed all that the primary has written. */
  caughtUp(): Promise<void>;
  killStandby(): Promise<void>;
  /** On the same port as before; resolves when it answers. */
  startStandby(): Promise<void>;
}

export async function streamingReplica(): Promise<StreamingReplica> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nocturne-replica-'));
  await chmod(folder, 0o755);
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = stack.use(await throwAwayServer(primarySettings));
  await askOnce(server.adminUrl, 'create database replicated');
  const primaryUrl = withPath(server.adminUrl, '/replicated');
  await migrate(primaryUrl);
  const primary = stack.use(createPool(primaryUrl, { applicationName: 'test', size: 4 }));
  const pgData = await copyCluster(primary, server.pgData, folder);
  const standby = new Standby({ postgres: server.postgres, pgData, primaryUrl }, await freePort());
  stack.defer(() => standby.stop('SIGINT'));
  await standby.start();
  const owned = stack.move();
  return {
    primary,
    standbyUrl: standby.url,
    onStandby: (statement, values = []) => askOnce(standby.url, statement, values),
    async caughtUp() {
      const { rows } = await primary.query<{ lsn: string }>(
        'select pg_current_wal_flush_lsn()::text as lsn',
      );
      const replayed = 'select pg_last_wal_replay_lsn() >= $1::pg_lsn as done';
      while (!(await askOnce<{ done: boolean }>(standby.url, replayed, [rows[0]!.lsn])).done);
    },
    killStandby: () => standby.stop('SIGQUIT'),
    startStandby: () => standby.start(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface StandbyOptions {
  /** The server's program. */
  readonly postgres: string;
  /** Copied from the primary's. */
  readonly pgData: string;
  readonly primaryUrl: string;
}

class Standby {
  readonly url: string;
  readonly #postgres: string;
  readonly #pgData: string;
  readonly #conninfo: string;
  readonly #port: number;
  #child: ChildProcess | null = null;

  constructor({ postgres, pgData, primaryUrl }: StandbyOptions, port: number) {
    const url = new URL(primaryUrl);
    const { hostname, username, password } = url;
    this.#conninfo = `host=${hostname} port=${url.port} user=${username} password=${password}`;
    url.port = String(port);
    this.url = url.href;
    this.#postgres = postgres;
    this.#pgData = pgData;
    this.#port = port;
  }

  async start(): Promise<void> {
    const user = serverUser();
    const settings = {
      ...standbySettings,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '100',
      primary_conninfo: this.#conninfo,
      wal_retrieve_retry_interval: '50ms',
    };
    const logFile = path.join(path.dirname(this.#pgData), 'standby.log');
    const log = await open(logFile, 'a');
    const child = spawn(
      this.#postgres,
      [
        '-D',
        this.#pgData,
        '-p',
        String(this.#port),
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      { ...user, cwd: this.#pgData, stdio: ['ignore', log.fd, log.fd] },
    );
    await log.close();
    this.#child = child;
    while (!(await this.#answers())) {
      if (child.exitCode !== null) {
        throw new Error(`the standby does not start: ${await readFile(logFile, 'utf8')}`);
      }
    }
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (signal !== 'SIGINT') child.kill(signal);
    await stopServer(child);
  }

  #answers(): Promise<boolean> {
    return askOnce(this.url, 'select 1').then(
      () => true,
      () => false,
    );
  }
}

/** A base backup by hand: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyCluster(primary: DatabasePool, pgData: string, folder: string): Promise<string> {
  const user = serverUser();
  const home = path.join(folder, 'standby');
  const copy = path.join(home, 'data');
  await mkdir(home, { mode: 0o700 });
  if (user !== null) await chown(home, user.uid, user.gid);
  const client = await primary.connect();
  try {
    await client.query(`select pg_backup_start('copy', fast => true)`);
    await run('cp', ['-a', pgData, copy], { ...user });
    const { rows } = await client.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => false)',
    );
    await writeFile(path.join(copy, 'backup_label'), rows[0]!.labelfile);
    await writeFile(path.join(copy, 'standby.signal'), '');
    await rm(path.join(copy, 'postmaster.pid'));
  } finally {
    client.release();
  }
  if (user !== null) {
    for (const file of ['backup_label', 'standby.signal']) {
      await chown(path.join(copy, file), user.uid, user.gid);
    }
  }
  return copy;
}

async function askOnce<Row>(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows[0] as Row;
  } finally {
    await client.end();
  }
}

function withPath(url: string, pathname: string): string {
  const changed = new URL(url);
  changed.pathname = pathname;
  return changed.href;
}
