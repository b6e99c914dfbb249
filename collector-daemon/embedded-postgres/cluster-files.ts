/** Makes the data folder of the server: folders, password, initdb. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import { writeWhole } from '../../service/whole-file.ts';
import { inDataDir, makeDataDir } from './make-data-dir.ts';
import { closedFolder, type ServerUser } from './server-user.ts';

const run = promisify(execFile);

export interface ClusterFiles {
  /** Belongs to the server's user; everything below is the server's. */
  readonly root: string;
  readonly pgData: string;
  readonly logFile: string;
  readonly lockFile: string;
  readonly passwordFile: string;
}

export function clusterFiles(dataDir: string): ClusterFiles {
  const root = path.join(dataDir, 'postgres');
  return {
    root,
    pgData: path.join(root, 'data'),
    logFile: path.join(root, 'server.log'),
    lockFile: path.join(dataDir, 'nocturne.lock'),
    passwordFile: path.join(dataDir, 'database-password'),
  };
}

/**
 * Makes the folders; those of the server are closed to everyone else.
 * @throws STARTUP_FAILED when the server's user could never reach the data folder
 */
export async function makeFolders(dataDir: string, user: ServerUser | null): Promise<void> {
  await makeDataDir(dataDir, user === null ? 0o700 : 0o711);
  await inDataDir(dataDir, () => makeRoot(dataDir, user));
  if (user === null) return;
  const closed = await closedFolder(dataDir, user);
  if (closed !== null) {
    throw new NocturneError(
      'STARTUP_FAILED',
      `the data folder ${dataDir} lies in ${closed}, which the database's unprivileged user (${user.uid}) cannot enter: set NOCTURNE_DATA_DIR to a folder such as /var/lib/nocturne`,
    );
  }
}

async function makeRoot(dataDir: string, user: ServerUser | null): Promise<void> {
  const { root } = clusterFiles(dataDir);
  if (!(await isThere(root))) await mkdir(root, { mode: 0o700 });
  if (user === null) return;
  // The server's user must be able to pass through. A folder that was there keeps all its other rights: it may be /srv.
  await chmod(dataDir, (await stat(dataDir)).mode | 0o001);
  await chown(root, user.uid, user.gid);
}

/**
 * The password of the database roles: random, kept in a file that only we can read.
 * @throws STARTUP_FAILED where a database is there and its password is not
 */
export async function databasePassword(files: ClusterFiles): Promise<string> {
  const kept = (await readFile(files.passwordFile, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  if (await isCluster(files.pgData)) throw lostPassword(files);
  const password = randomBytes(24).toString('base64url');
  await writeWhole(files.passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
}

/** What to say of a database that does not take, or no longer has, the password beside it. */
export function lostPassword({ passwordFile, root }: ClusterFiles, cause?: unknown): NocturneError {
  return new NocturneError(
    'STARTUP_FAILED',
    `the database in ${root} has another password than ${passwordFile} holds, if that is there at all: put the file back that was with it, or move ${root} away to begin with an empty database`,
    { cause },
  );
}

export interface InitOptions {
  readonly initdb: string;
  readonly password: string;
  readonly user: ServerUser | null;
  readonly signal: AbortSignal;
}

/**
 * Runs initdb unless the cluster is there; answers whether it was. Made aside and renamed, so that an interrupted start
 * leaves nothing half made.
 */
export async function initialise(files: ClusterFiles, options: InitOptions): Promise<boolean> {
  if (await isCluster(files.pgData)) return true;
  const partial = `${files.pgData}.partial`;
  const passwordCopy = path.join(files.root, 'initdb-password');
  await rm(partial, { recursive: true, force: true });
  await writeFile(passwordCopy, options.password, { mode: 0o600 });
  if (options.user !== null) await chown(passwordCopy, options.user.uid, options.user.gid);
  try {
    // The built-in C.UTF-8 sorts and folds alike on every platform; initdb needs no locale of the machine then.
    await run(
      options.initdb,
      [
        '-D',
        partial,
        '-U',
        'postgres',
        `--pwfile=${passwordCopy}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-locale',
      ],
      { ...options.user, cwd: files.root, signal: options.signal },
    );
    await rename(partial, files.pgData);
  } catch (error) {
    options.signal.throwIfAborted();
    const lines = ((error as { stderr?: string }).stderr ?? '').trim().split('\n');
    // Its last words are that it clears away; before them stands why.
    const detail = lines.find((line) => /FATAL|PANIC|error|could not/i.test(line)) ?? lines.at(-1);
    throw new NocturneError(
      'STARTUP_FAILED',
      `the database's files cannot be made in ${files.pgData}: ${detail || sentenceOf(error)}`,
      { cause: error },
    );
  } finally {
    await rm(passwordCopy, { force: true });
  }
  return false;
}

function isCluster(pgData: string): Promise<boolean> {
  return isThere(path.join(pgData, 'PG_VERSION'));
}

function isThere(place: string): Promise<boolean> {
  return stat(place).then(
    () => true,
    () => false,
  );
}
