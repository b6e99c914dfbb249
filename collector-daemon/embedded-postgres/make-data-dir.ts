/** Makes the data folder; by default others may pass through it but not list it. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { NocturneError, sentenceOf } from '../../core/errors.ts';

/** @throws NocturneError STARTUP_FAILED */
export function makeDataDir(dataDir: string, mode = 0o711): Promise<void> {
  return inDataDir(dataDir, () => makeFolder(dataDir, mode));
}

/**
 * What the file system refuses there, as one sentence with the way out.
 * @throws NocturneError STARTUP_FAILED
 */
export async function inDataDir<Answer>(
  dataDir: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof NocturneError || !isFileSystemError(cause)) throw cause;
    throw new NocturneError(
      'STARTUP_FAILED',
      `the data folder ${dataDir} cannot be used (${sentenceOf(cause)}); set NOCTURNE_DATA_DIR to a folder this user may write`,
      { cause },
    );
  }
}

function isFileSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/**
 * With its parents, each by a call of its own: Node's recursive one never ends where a folder that is there answers
 * ENOENT to whoever makes something in it (/proc), and says ENOENT of file systems that are read-only.
 */
async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const parent = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !(await isFolder(parent))) {
      await makeFolder(parent, 0o755);
      await makeFolder(folder, mode);
      return;
    }
    if (!(await isFolder(folder))) throw error;
  }
}

function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
