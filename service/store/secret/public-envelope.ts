/**
 * Envelopes of version 2: each secret sealed to a collector's public key (hpke.ts), bound to its row, its kind and, where
 * it is a password or a key, to the endpoint it was entered for. The text is filled up to a multiple of 64 bytes, so that
 * a row does not tell how long a password is.
 */
import type { SealedPart, SecretKind } from './envelope-codec.ts';
import { openWith, sealTo, type HpkeContext } from './hpke.ts';
import { fingerprintOf, keyPairOf, type MasterKey } from './master-key.ts';
import { endpointBinding, isBoundToEndpoint, type SecretPlace } from './secret-place.ts';

const info = Buffer.from('nocturne secret, version 2', 'utf8');
const blockBytes = 64;

export function sealPart(
  publicKey: Uint8Array,
  { kind, text }: { kind: SecretKind; text: string },
  place: SecretPlace,
): SealedPart {
  const sealed = sealTo(publicKey, filled(text), contextOf(place, kind));
  return { kind, fingerprint: fingerprintOf(publicKey), sealed };
}

/** @throws where it is another row's, was entered for another endpoint, or is damaged */
export function openPart(master: MasterKey, part: SealedPart, place: SecretPlace): string {
  const text = openWith(keyPairOf(master), part.sealed, contextOf(place, part.kind));
  return text.toString('utf8', 0, text.lastIndexOf(0x80));
}

function contextOf({ table, row, column, endpoint }: SecretPlace, kind: SecretKind): HpkeContext {
  const bound = isBoundToEndpoint(kind) ? endpointBinding(endpoint) : null;
  return { info, aad: Buffer.from(JSON.stringify([table, row, column, kind, bound]), 'utf8') };
}

/** ISO/IEC 7816-4: a byte 80, then zeros. */
function filled(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const whole = Buffer.alloc(Math.ceil((bytes.length + 1) / blockBytes) * blockBytes);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  return whole;
}
