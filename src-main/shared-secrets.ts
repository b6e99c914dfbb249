/**
 * The keys that seal credentials on their way to the collectors. A desktop must never make keys of its own: no
 * collector could open what they sealed. So without the cluster's keys it refuses to take secrets, in a sentence.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { NocturneError } from '../core/errors.ts';
import { parseMasterKeys } from '../service/store/secret-keys.ts';
import { SecretBox } from '../service/store/sealed-secret.ts';

class KeylessBox extends SecretBox {
  readonly #keyFile: string;

  constructor(keyFile: string) {
    super([{ id: 'none', key: new Uint8Array(32) }]);
    this.#keyFile = keyFile;
  }

  override seal(): never {
    throw new NocturneError(
      'CONFIG_INVALID',
      `this desktop has no keys to seal credentials for the collectors: set NOCTURNE_SECRET_KEYS or copy their key file to ${this.#keyFile}`,
    );
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
  const keyFile = path.join(dataDir, 'secret-keys');
  try {
    return new SecretBox(parseMasterKeys(await readFile(keyFile, 'utf8'), keyFile));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return new KeylessBox(keyFile);
  }
}
