/**
 * Envelopes of version 1: AES-256-GCM under a data key of the secret's own, which is wrapped by a master key. The
 * additional data names table, row and column. Programs of the release before write and read them; this one writes them
 * where no collector has published a key yet.
 *
 *   sealed = wrapped data key (iv 12, key 32, tag 16), secret (iv 12, text, tag 16)
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { MasterKey } from './master-key.ts';
import type { SecretPlace } from './secret-place.ts';

const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const wrappedBytes = ivBytes + keyBytes + tagBytes;

export function sealWithMaster(master: MasterKey, text: string, place: SecretPlace): Buffer {
  const id = Buffer.from(master.id, 'ascii');
  const dataKey = randomBytes(keyBytes);
  return Buffer.concat([
    Buffer.from([1, id.length]),
    id,
    encrypt(master.key, dataKey, aadOf(place, 'key')),
    encrypt(dataKey, Buffer.from(text, 'utf8'), aadOf(place, 'text')),
  ]);
}

/** @throws where it is another row's, or damaged */
export function openWithMaster(master: MasterKey, sealed: Buffer, place: SecretPlace): string {
  const dataKey = decrypt(master.key, sealed.subarray(0, wrappedBytes), aadOf(place, 'key'));
  return decrypt(dataKey, sealed.subarray(wrappedBytes), aadOf(place, 'text')).toString('utf8');
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
