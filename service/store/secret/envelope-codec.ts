/**
 * The outside of sealed secrets, which tells without any key which secrets are there and whose key opens them.
 *
 *   version 1   1, length of key id, key id, all secrets as one sealed text
 *   version 2   2, then for each secret: kind, fingerprint of the key (16), length (4, big-endian), sealed text
 *
 * A secret of its own can be replaced by whoever cannot open the others.
 */

export const secretKinds = ['username', 'password', 'tlsKeyPem'] as const;
export type SecretKind = (typeof secretKinds)[number];

export interface SealedPart {
  readonly kind: SecretKind;
  /** Of the public key it was sealed to. */
  readonly fingerprint: string;
  readonly sealed: Buffer;
}

export type Envelope =
  | { readonly version: 1; readonly keyId: string; readonly sealed: Buffer }
  | { readonly version: 2; readonly parts: readonly SealedPart[] };

const fingerprintBytes = 16;
const headBytes = 1 + fingerprintBytes + 4;

export function encodeParts(parts: readonly SealedPart[]): Buffer {
  return Buffer.concat([
    Buffer.from([2]),
    ...parts.flatMap(({ kind, fingerprint, sealed }) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(sealed.length);
      const head = Buffer.from([secretKinds.indexOf(kind) + 1]);
      return [head, Buffer.from(fingerprint, 'hex'), length, sealed];
    }),
  ]);
}

/** Null where the bytes are no envelope of a version known here. */
export function readEnvelope(envelope: Uint8Array): Envelope | null {
  const bytes = Buffer.from(envelope.buffer, envelope.byteOffset, envelope.byteLength);
  if (bytes[0] === 1) return readVersion1(bytes);
  if (bytes[0] === 2) return readVersion2(bytes);
  return null;
}

function readVersion1(bytes: Buffer): Envelope | null {
  const end = 2 + (bytes[1] ?? 0);
  if (bytes.length < end) return null;
  return { version: 1, keyId: bytes.toString('ascii', 2, end), sealed: bytes.subarray(end) };
}

function readVersion2(bytes: Buffer): Envelope | null {
  const parts: SealedPart[] = [];
  let at = 1;
  while (at < bytes.length) {
    if (bytes.length < at + headBytes) return null;
    const kind = secretKinds[bytes[at]! - 1];
    const start = at + headBytes;
    const end = start + bytes.readUInt32BE(start - 4);
    if (kind === undefined || end > bytes.length || parts.some((one) => one.kind === kind)) {
      return null;
    }
    const fingerprint = bytes.toString('hex', at + 1, at + 1 + fingerprintBytes);
    parts.push({ kind, fingerprint, sealed: bytes.subarray(start, end) });
    at = end;
  }
  return { version: 2, parts };
}
