/** One Nocturne per data folder: a lock file naming the holder's process, taken over when the holder is gone. */
import { readFile, rm } from 'node:fs/promises';
import { NocturneError } from '../../core/errors.ts';
import { writeWhole } from '../../service/whole-file.ts';
import { hasEnded, startMarkOf } from './process-facts.ts';

interface Holder {
  readonly pid: number;
  readonly startMark: string;
}

/**
 * Takes the lock; disposing gives it back.
 * @throws STARTUP_FAILED naming the other process while it lives
 */
export async function lockFolder(lockFile: string, dataDir: string): Promise<AsyncDisposable> {
  const own: Holder = { pid: process.pid, startMark: await startMarkOf(process.pid) };
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      await writeWhole(lockFile, JSON.stringify(own), { mode: 0o600, onlyNew: true });
      return { [Symbol.asyncDispose]: () => rm(lockFile, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await readHolder(lockFile);
    if (holder !== null && (await isStillThere(holder))) {
      throw new NocturneError(
        'STARTUP_FAILED',
        `another Nocturne (process ${holder.pid}) is running on the data folder ${dataDir}: stop it, or set NOCTURNE_DATA_DIR to another folder`,
      );
    }
    await rm(lockFile, { force: true });
  }
  throw new NocturneError(
    'STARTUP_FAILED',
    `several programs start on the data folder ${dataDir} at once`,
  );
}

async function isStillThere(holder: Holder): Promise<boolean> {
  return !(await hasEnded(holder.pid)) && (await startMarkOf(holder.pid)) === holder.startMark;
}

async function readHolder(lockFile: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(lockFile, 'utf8')) as Holder;
  } catch {
    // Given back meanwhile, or torn by a program that wrote it piece by piece.
    return null;
  }
}
