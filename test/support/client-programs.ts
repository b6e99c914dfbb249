/** The folder with PostgreSQL's `pg_dump`, `pg_restore`, `psql`, `initdb` and `postgres`, all of one version. */
import { execFile } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const oldestMajor = 15;
const programs = ['pg_dump', 'pg_restore', 'psql', 'initdb', 'postgres'];

/** `TEST_POSTGRES_BIN`, else what is installed on this machine; null where a program is missing (npm brings no pg_dump). */
export async function clientPrograms(): Promise<string | null> {
  const folder = process.env['TEST_POSTGRES_BIN'] ?? (await installed());
  if (folder === null) return null;
  const found = programs.map((name) => access(path.join(folder, name)));
  return Promise.all(found).then(
    () => folder,
    () => null,
  );
}

/** Of a version that Nocturne does not support: nothing. */
async function installed(): Promise<string | null> {
  return (await debians()) ?? (await configured());
}

/** Debian keeps the programs of each version in a folder of its own; the newest. */
async function debians(): Promise<string | null> {
  const base = '/usr/lib/postgresql';
  const versions = await readdir(base).catch(() => []);
  const newest = Math.max(...versions.map(Number).filter((major) => major >= oldestMajor));
  return Number.isFinite(newest) ? path.join(base, String(newest), 'bin') : null;
}

async function configured(): Promise<string | null> {
  try {
    const version = /\d+/.exec((await run('pg_config', ['--version'])).stdout)?.[0];
    if (Number(version) < oldestMajor) return null;
    return (await run('pg_config', ['--bindir'])).stdout.trim();
  } catch {
    return null;
  }
}
