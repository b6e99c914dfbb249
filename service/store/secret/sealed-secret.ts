/**
 * Secrets at rest: AES-256-GCM under a data key of the secret's own, which is wrapped by a master key. The additional
 * data names table, row and column, so an envelope moved to another row does not open.
 *
 *   envelope = 1, length of key id, key id, wrapped data key (iv 12, key 32, tag 16), secret (iv 12, text, tag 16)
 *
 * Rotation needs only the data key wrapped anew; that is why there are two layers.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { NocturneError } from '../../../core/errors.ts';

export interface MasterKey {
  /** 1 to 32 letters, digits, `-` and `_`. */
  readonly id: string;
  /** 32 bytes */
  readonly key: Uint8Array;
}

/** Where a secret lives; becomes the additional data. */
export interface SecretPlace {
  readonly table: string;
  readonly row: string;
  readonly column: string;
}

const envelopeVersion = 1;
const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const wrappedBytes = ivBytes + keyBytes + tagBytes;

export class SecretBox {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #current: MasterKey;

  /** The first key seals; all of them open. */
  constructor(keys: readonly [MasterKey, ...MasterKey[]]) {
    this.#current = keys[0];
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  seal(text: string, place: SecretPlace): Buffer {
    const id = Buffer.from(this.#current.id, 'ascii');
    const header = Buffer.concat([Buffer.from([envelopeVersion, id.length]), id]);
    const dataKey = randomBytes(keyBytes);
    const wrapped = encrypt(this.#current.key, dataKey, aadOf(place, 'key'));
    return Buffer.concat([
      header,
      wrapped,
      encrypt(dataKey, Buffer.from(text, 'utf8'), aadOf(place, 'text')),
    ]);
  }

  /** @throws CREDENTIAL_UNREADABLE: unknown key, another row's envelope, or damaged bytes */
  open(envelope: Uint8Array, place: SecretPlace): string {
    const bytes = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength);
    const keyEnd = 2 + (bytes[1] ?? 0);
    const id = bytes.toString('ascii', 2, keyEnd);
    const master = this.#keys.get(id);
    if (bytes[0] !== envelopeVersion || master === undefined) {
      throw unreadable(
        place,
        `it was sealed with the key "${id}", which is not among the secret keys here`,
      );
    }
    try {
      const wrapped = bytes.subarray(keyEnd, keyEnd + wrappedBytes);
      const dataKey = decrypt(master, wrapped, aadOf(place, 'key'));
      return decrypt(dataKey, bytes.subarray(keyEnd + wrappedBytes), aadOf(place, 'text')).toString(
        'utf8',
      );
    } catch (error) {
      throw unreadable(place, 'it is damaged or belongs to another row', error);
    }
  }
}

function unreadable(place: SecretPlace, reason: string, cause?: unknown): NocturneError {
  return new NocturneError(
    'CREDENTIAL_UNREADABLE',
    `the secret of ${place.table} ${place.row} cannot be read: ${reason}; check NOCTURNE_SECRET_KEYS or enter the secret again`,
    { cause },
  );
}

function aadOf(place: SecretPlace, layer: 'key' | 'text'): Buffer {
  return Buffer.from(JSON.stringify([layer, place.table, place.row, place.column]), 'utf8');
}

function encrypt(key: Uint8Array, plain: Uint8Array, aad: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Buffer, aad: Uint8Array): Buffer {
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes, end)), decipher.final()]);
}
