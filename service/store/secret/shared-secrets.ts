/**
 * The keys of programs that are no collectors: desktops, web nodes and commands. They need none, for they seal to the
 * public key in the database; they must never make any, for no collector could open what they sealed. Where they find the
 * collectors' keys they can also seal for collectors of the release before.
 */
import { readFileSync } from 'node:fs';
import { keyFileIn, readKeyFile } from './key-file.ts';
import { type MasterKey, parseMasterKeys } from './master-key.ts';
import { SecretBox } from './sealed-secret.ts';

/** Looks for the key file at each use: a collector on the same data folder may make it later. */
class KeylessBox extends SecretBox {
  readonly #keyFile: string;

  constructor(keyFile: string) {
    super([]);
    this.#keyFile = keyFile;
  }

  override get masters(): readonly MasterKey[] {
    try {
      const text = readFileSync(this.#keyFile, 'utf8');
      return text.trim() === '' ? [] : parseMasterKeys(text, this.#keyFile);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

/**
 * @param given the value of NOCTURNE_SECRET_KEYS
 * @throws CONFIG_INVALID when keys are there and cannot be read
 */
export async function loadSharedSecrets(
  given: string | undefined,
  dataDir: string,
): Promise<SecretBox> {
  if (given) return new SecretBox(parseMasterKeys(given, 'NOCTURNE_SECRET_KEYS'));
  const keyFile = keyFileIn(dataDir);
  const masters = await readKeyFile(keyFile);
  return masters === null ? new KeylessBox(keyFile) : new SecretBox(masters);
}
