/** Makes the data folder, which others may pass through but not list. */
import { mkdir } from 'node:fs/promises';
import { NocturneError, sentenceOf } from '../../core/errors.ts';

/** @throws NocturneError STARTUP_FAILED */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o711 });
  } catch (cause) {
    throw new NocturneError(
      'STARTUP_FAILED',
      `the data folder ${dataDir} cannot be made (${sentenceOf(cause)}); set NOCTURNE_DATA_DIR to a folder this user may write`,
      { cause },
    );
  }
}
