/**
 * Hybrid public key encryption (RFC 9180), one message a key: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * ChaCha20-Poly1305. Whoever has the public key can seal, whoever has the private one can open; who sealed is not known.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

export interface HpkeContext {
  /** What the keys are for: no message of another purpose opens. */
  readonly info: Uint8Array;
  /** Travels beside the message and has to be the same when it is opened. */
  readonly aad: Uint8Array;
}

export interface HpkeKeyPair {
  /** 32 bytes */
  readonly publicKey: Buffer;
  readonly privateKey: KeyObject;
}

const none = Buffer.alloc(0);
/** KEM 0x0020, KDF 0x0001, AEAD 0x0003 (§7). */
const kemSuite = Buffer.from('KEM\x00\x20', 'latin1');
const suite = Buffer.from('HPKE\x00\x20\x00\x01\x00\x03', 'latin1');
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** Of what stands before the sealed text: the sender's one-time public key. */
export const encapsulatedBytes = 32;
export const overheadBytes = encapsulatedBytes + tagBytes;

/** DeriveKeyPair (§7.1.3): always the same pair for the same 32 secret bytes. */
export function deriveKeyPair(secret: Uint8Array): HpkeKeyPair {
  const prk = labeledExtract(kemSuite, { salt: none, label: 'dkp_prk', ikm: secret });
  const raw = labeledExpand(kemSuite, { prk, label: 'sk', info: none, bytes: keyBytes });
  return pairOf(createPrivateKey({ key: pkcs8(raw), format: 'der', type: 'pkcs8' }));
}

/** Answers the one-time public key, then the sealed text with its tag. */
export function sealTo(
  publicKey: Uint8Array,
  text: Uint8Array,
  { info, aad }: HpkeContext,
  once: HpkeKeyPair = pairOf(generateKeyPairSync('x25519').privateKey),
): Buffer {
  const shared = sharedSecret(once.privateKey, publicKey, [once.publicKey, publicKey]);
  const { key, nonce } = schedule(shared, info);
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(aad, { plaintextLength: text.length });
  return Buffer.concat([once.publicKey, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** @throws where anything is not as it was when it was sealed */
export function openWith(pair: HpkeKeyPair, sealed: Uint8Array, context: HpkeContext): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < overheadBytes) throw new Error('the message is too short');
  const sender = bytes.subarray(0, encapsulatedBytes);
  const shared = sharedSecret(pair.privateKey, sender, [sender, pair.publicKey]);
  const { key, nonce } = schedule(shared, context.info);
  const text = bytes.subarray(encapsulatedBytes, -tagBytes);
  const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: tagBytes });
  cipher
    .setAAD(context.aad, { plaintextLength: text.length })
    .setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([cipher.update(text), cipher.final()]);
}

/** Encap and Decap (§4.1): both sides know both public keys. Node refuses keys of small order. */
function sharedSecret(
  privateKey: KeyObject,
  publicKey: Uint8Array,
  both: readonly Uint8Array[],
): Buffer {
  const other = createPublicKey({ key: spki(publicKey), format: 'der', type: 'spki' });
  const dh = diffieHellman({ privateKey, publicKey: other });
  const prk = labeledExtract(kemSuite, { salt: none, label: 'eae_prk', ikm: dh });
  const info = Buffer.concat(both);
  return labeledExpand(kemSuite, { prk, label: 'shared_secret', info, bytes: keyBytes });
}

/** KeySchedule (§5.1) of base mode: no pre-shared key. */
function schedule(shared: Uint8Array, info: Uint8Array): { key: Buffer; nonce: Buffer } {
  const context = Buffer.concat([
    Buffer.from([0]),
    labeledExtract(suite, { salt: none, label: 'psk_id_hash', ikm: none }),
    labeledExtract(suite, { salt: none, label: 'info_hash', ikm: info }),
  ]);
  const prk = labeledExtract(suite, { salt: shared, label: 'secret', ikm: none });
  const expand = (label: string, bytes: number) =>
    labeledExpand(suite, { prk, label, info: context, bytes });
  return { key: expand('key', keyBytes), nonce: expand('base_nonce', nonceBytes) };
}

function labeledExtract(
  suiteId: Uint8Array,
  { salt, label, ikm }: { salt: Uint8Array; label: string; ikm: Uint8Array },
): Buffer {
  return hmac(salt, [Buffer.from('HPKE-v1'), suiteId, Buffer.from(label), ikm]);
}

/** One block of HKDF-Expand (RFC 5869 §2.3) is enough for all that is asked here. */
function labeledExpand(
  suiteId: Uint8Array,
  wanted: { prk: Uint8Array; label: string; info: Uint8Array; bytes: number },
): Buffer {
  const { prk, label, info, bytes } = wanted;
  const length = Buffer.from([0, bytes]);
  const parts = [
    length,
    Buffer.from('HPKE-v1'),
    suiteId,
    Buffer.from(label),
    info,
    Buffer.from([1]),
  ];
  return hmac(prk, parts).subarray(0, bytes);
}

function hmac(key: Uint8Array, parts: readonly Uint8Array[]): Buffer {
  return createHmac('sha256', key).update(Buffer.concat(parts)).digest();
}

function pairOf(privateKey: KeyObject): HpkeKeyPair {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { publicKey: der.subarray(-keyBytes), privateKey };
}

/** RFC 8410 §7 and §4: what stands before the bare keys. */
function pkcs8(raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw]);
}

function spki(raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), raw]);
}
