/**
 * Master keys, as NOCTURNE_SECRET_KEYS or the key file holds them. Each is 32 random bytes with a name. A key pair comes
 * of them: its public half lies in the database, so that whoever takes a secret from a person can seal it; only who has
 * the 32 bytes, a collector, opens it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { NocturneError } from '../../../core/errors.ts';
import { deriveKeyPair, type HpkeKeyPair } from './hpke.ts';

export interface MasterKey {
  /** 1 to 32 letters, digits, `-` and `_`. */
  readonly id: string;
  /** 32 bytes */
  readonly key: Uint8Array;
}

const expected = 'expected id:key,… with keys of 32 bytes in base64, the first one sealing';

/**
 * @param text `id:base64,id:base64`
 * @throws CONFIG_INVALID; the message never holds a key
 */
export function parseMasterKeys(text: string, source: string): [MasterKey, ...MasterKey[]] {
  const keys = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part, at) => parseKey(part, at, source));
  const [first, ...rest] = keys;
  if (first === undefined) {
    throw new NocturneError('CONFIG_INVALID', `${source} holds no key (${expected})`);
  }
  const twice = keys.find(({ id }, at) => keys.findIndex((other) => other.id === id) !== at);
  if (twice !== undefined) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `${source} holds two keys named "${twice.id}": give each a name of its own`,
    );
  }
  return [first, ...rest];
}

function parseKey(part: string, at: number, source: string): MasterKey {
  const [, id, encoded] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]{43}=?)$/.exec(part) ?? [];
  const key = Buffer.from(encoded ?? '', 'base64');
  if (id === undefined || key.length !== 32) {
    throw new NocturneError(
      'CONFIG_INVALID',
      `${source}: key ${at + 1} cannot be read (${expected})`,
    );
  }
  return { id, key };
}

export function makeMasterKey(): MasterKey {
  return { id: `k${randomBytes(3).toString('hex')}`, key: randomBytes(32) };
}

/** As `parseMasterKeys` reads them. */
export function masterKeysText(keys: readonly MasterKey[]): string {
  return keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',');
}

const pairs = new WeakMap<MasterKey, HpkeKeyPair>();

export function keyPairOf(master: MasterKey): HpkeKeyPair {
  const known = pairs.get(master);
  if (known !== undefined) return known;
  const pair = deriveKeyPair(master.key);
  pairs.set(master, pair);
  return pair;
}

/** Which key it is, without telling anything of it: half a SHA-256 of the public key, in hexadecimal digits. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
}

export function masterFingerprint(master: MasterKey): string {
  return fingerprintOf(keyPairOf(master).publicKey);
}
