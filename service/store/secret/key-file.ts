/** The key file of a collector: `secret-keys` in its data folder, for its owner alone. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { NocturneError, sentenceOf } from '../../../core/errors.ts';
import { writeWhole } from '../../whole-file.ts';
import { type MasterKey, masterKeysText, parseMasterKeys } from './master-key.ts';

export function keyFileIn(dataDir: string): string {
  return path.join(dataDir, 'secret-keys');
}

/**
 * Null where there is no file, or an empty one: what a full disk left of an earlier start, and never held a key.
 * @throws CONFIG_INVALID where it cannot be read
 */
export async function readKeyFile(file: string): Promise<[MasterKey, ...MasterKey[]] | null> {
  try {
    const text = await readFile(file, 'utf8');
    return text.trim() === '' ? null : parseMasterKeys(text, file);
  } catch (cause) {
    if (cause instanceof NocturneError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw keyFileProblem(file, 'read', cause);
  }
}

/** @throws CONFIG_INVALID */
export async function writeKeyFile(file: string, keys: readonly MasterKey[]): Promise<void> {
  try {
    await writeWhole(file, `${masterKeysText(keys)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw keyFileProblem(file, 'written', cause);
  }
}

function keyFileProblem(file: string, verb: 'written' | 'read', cause: unknown): NocturneError {
  return new NocturneError(
    'CONFIG_INVALID',
    `the key file ${file} cannot be ${verb} (${sentenceOf(cause)}): run this as the user that the nodes run as, or set NOCTURNE_SECRET_KEYS`,
    { cause },
  );
}
