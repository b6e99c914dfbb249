import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  deriveKeyPair,
  type HpkeKeyPair,
  openWith,
  overheadBytes,
  sealTo,
} from '../../../../service/store/secret/hpke.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** RFC 9180 A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode; its first message. */
const vector = {
  info: bytes('4f6465206f6e2061204772656369616e2055726e'),
  aad: bytes('436f756e742d30'),
  text: bytes('4265617574792069732074727574682c20747275746820626561757479'),
  senderSecret: bytes('909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b'),
  senderKey: bytes('1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a'),
  receiverSecret: bytes('1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df'),
  receiverKey: bytes('4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a'),
  sealed: bytes(
    '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28',
  ),
};

describe('the published example', () => {
  const receiver = deriveKeyPair(vector.receiverSecret);
  const sender = deriveKeyPair(vector.senderSecret);

  test('derives its key pairs', () => {
    expect(receiver.publicKey).toEqual(vector.receiverKey);
    expect(sender.publicKey).toEqual(vector.senderKey);
  });

  test('seals to its bytes, and opens', () => {
    const sealed = sealTo(vector.receiverKey, vector.text, vector, sender);
    expect(sealed).toEqual(Buffer.concat([vector.senderKey, vector.sealed]));
    expect(openWith(receiver, sealed, vector)).toEqual(vector.text);
  });
});

describe('a sealed message', () => {
  const receiver = deriveKeyPair(Buffer.alloc(32, 1));
  const context = { info: Buffer.from('a'), aad: Buffer.from('b') };
  const sealed = sealTo(receiver.publicKey, Buffer.from('text'), context);

  test('is another one each time', () => {
    expect(sealTo(receiver.publicKey, Buffer.from('text'), context)).not.toEqual(sealed);
    expect(sealed).toHaveLength(4 + overheadBytes);
  });

  test('opens with nothing else than what it was sealed with', () => {
    const refused = (pair: HpkeKeyPair, message: Uint8Array, given = context) =>
      expect(() => openWith(pair, message, given)).toThrow(/authenticate|too short|deriv/i);
    refused(deriveKeyPair(Buffer.alloc(32, 2)), sealed);
    refused(receiver, sealed, { ...context, info: Buffer.from('c') });
    refused(receiver, sealed, { ...context, aad: Buffer.from('c') });
    for (let at = 0; at < sealed.length; at += 1) {
      const damaged = Buffer.from(sealed);
      damaged[at]! ^= 1;
      refused(receiver, damaged);
      refused(receiver, sealed.subarray(0, at));
    }
  });

  test('is not sealed to a key that would make the secret known to all', () => {
    expect(() => sealTo(Buffer.alloc(32), Buffer.from('text'), context)).toThrow(/deriv/i);
  });

  test('has a key pair that other programs read', () => {
    const der = receiver.privateKey.export({ format: 'der', type: 'pkcs8' });
    const read = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const { x } = createPublicKey(read).export({ format: 'jwk' });
    expect(Buffer.from(x!, 'base64url')).toEqual(receiver.publicKey);
  });
});
