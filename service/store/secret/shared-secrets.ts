/**
 * The keys that seal credentials on their way to the collectors, for programs that are none: desktops, web nodes and
 * commands. They must never make keys of their own, for no collector could open what they sealed. So without the
 * cluster's keys they refuse to take secrets, in a sentence.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NocturneError } from '../../../core/errors.ts';
import { parseMasterKeys, readKeyFile } from './secret-keys.ts';
import { SecretBox, type SecretPlace } from './sealed-secret.ts';

/** Looks for the key file at each use: a collector on the same data folder may make it later. */
class KeylessBox extends SecretBox {
  readonly #keyFile: string;

  constructor(keyFile: string) {
    super([{ id: 'none', key: new Uint8Array(32) }]);
    this.#keyFile = keyFile;
  }

  override seal(text: string, place: SecretPlace): Buffer {
    const box = this.#madeMeanwhile();
    if (box !== null) return box.seal(text, place);
    throw new NocturneError(
      'CONFIG_INVALID',
      `this program has no keys to seal credentials for the collectors: set NOCTURNE_SECRET_KEYS or copy their key file to ${this.#keyFile}`,
    );
  }

  override open(envelope: Uint8Array, place: SecretPlace): string {
    return this.#madeMeanwhile()?.open(envelope, place) ?? super.open(envelope, place);
  }

  #madeMeanwhile(): SecretBox | null {
    try {
      return new SecretBox(parseMasterKeys(readFileSync(this.#keyFile, 'utf8'), this.#keyFile));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
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
  const keyFile = path.join(dataDir, 'secret-keys');
  try {
    return new SecretBox(parseMasterKeys(await readKeyFile(keyFile), keyFile));
  } catch (error) {
    const { cause } = error as NocturneError;
    if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error;
    return new KeylessBox(keyFile);
  }
}
