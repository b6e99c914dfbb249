/** A server of another PostgreSQL version than npm brought, from a folder with its `initdb` and `postgres`. */
import { execFile } from 'node:child_process';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../collector-daemon/embedded-postgres/free-port.ts';
import { launchServer, stopServer } from '../../collector-daemon/embedded-postgres/postmaster.ts';
import { serverUser } from '../../collector-daemon/embedded-postgres/server-user.ts';

export interface DatabaseServer extends AsyncDisposable {
  /** Superuser on the database `postgres`. */
  readonly adminUrl: string;
  /** The folder of its data, readable for the server's user alone. */
  readonly pgData: string;
  /** The server's program, for another server on a copy of its data. */
  readonly postgres: string;
}

const run = promisify(execFile);
const password = 'only-here';

/** Its data goes into `folder`, which others may enter: as root, the server runs as somebody else. */
export async function startOtherPostgres(
  folder: string,
  binFolder: string,
  settings: Readonly<Record<string, string>>,
): Promise<DatabaseServer> {
  const home = path.join(folder, 'postgres');
  await mkdir(home, { mode: 0o700 });
  const user = serverUser();
  const passwordFile = path.join(home, 'password');
  await writeFile(passwordFile, password);
  if (user !== null) {
    for (const one of [home, passwordFile]) await chown(one, user.uid, user.gid);
  }
  const pgData = path.join(home, 'data');
  // Sorts like the built-in C.UTF-8 of the server from npm, which versions before 17 lack.
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8'];
  await run(
    path.join(binFolder, 'initdb'),
    ['-D', pgData, '-U', 'postgres', `--pwfile=${passwordFile}`, ...flags],
    { ...user, cwd: home },
  );
  const port = await freePort();
  const postgres = path.join(binFolder, 'postgres');
  const server = await launchServer({
    postgres,
    pgData,
    logFile: path.join(home, 'log'),
    user,
    port,
    settings: {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      timezone: 'UTC',
      jit: 'off',
      ...settings,
    },
    signal: AbortSignal.timeout(60_000),
  });
  return {
    adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    pgData,
    postgres,
    [Symbol.asyncDispose]: () => stopServer(server),
  };
}
