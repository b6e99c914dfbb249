/**
 * A Python environment with an independent gNMI implementation, made once under `.cache/` and kept. Where it cannot be
 * had, the reason is the answer: the tests that need it then skip and say so.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = ['grpcio==1.85.1', 'gnmi-pb==0.11.0.1'];
const cache = path.join(import.meta.dirname, '../../.cache');
/** A change of the packages makes a new one. */
const environment = path.join(cache, `python-${packages.join('-').replaceAll('==', '-')}`);
const python = path.join(environment, 'bin/python');

export type PythonVenv = { readonly python: string } | { readonly problem: string };

export async function pythonVenv(): Promise<PythonVenv> {
  try {
    await access(python).catch(() => makeVenv());
    return { python };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Made in a folder of its own and then given its name, so that of two makers at once one wins and both are served. */
async function makeVenv(): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'python-venv-'));
  try {
    await run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(path.join(folder, 'bin/python'), [...pip, ...packages], { timeout: 180_000 });
    await symlink(path.basename(folder), environment);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
