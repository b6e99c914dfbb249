/** Makes the data folder; by default others may pass through it but not list it. */
import { mkdir } from 'node:fs/promises';
import { NocturneError, sentenceOf } from '../../core/errors.ts';

/** @throws NocturneError STARTUP_FAILED */
export async function makeDataDir(dataDir: string, mode = 0o711): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode });
  } catch (cause) {
    throw new NocturneError(
      'STARTUP_FAILED',
      `the data folder ${dataDir} cannot be made (${sentenceOf(cause)}); set NOCTURNE_DATA_DIR to a folder this user may write`,
      { cause },
    );
  }
}
