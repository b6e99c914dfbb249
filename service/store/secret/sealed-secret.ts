/**
 * Opening secrets at rest, with the master keys this program holds: collectors have them, consoles need none. Sealing is
 * in sealer.ts.
 */
import { NocturneError } from '../../../core/errors.ts';
import {
  type Envelope,
  readEnvelope,
  type SealedPart,
  type SecretKind,
  secretKinds,
} from './envelope-codec.ts';
import { openWithMaster } from './master-envelope.ts';
import { masterFingerprint, type MasterKey } from './master-key.ts';
import { openPart } from './public-envelope.ts';
import type { SecretPlace } from './secret-place.ts';

/** User name, password and TLS key of an endpoint. */
export type Secrets = { readonly [Kind in SecretKind]: string | null };
/** Those that somebody entered; the others are left out. */
export type GivenSecrets = { readonly [Kind in SecretKind]?: string };

export const noSecrets: Secrets = { username: null, password: null, tlsKeyPem: null };

export class SecretBox {
  readonly #masters: readonly MasterKey[];

  /** The first key is the one to seal with; all of them open. */
  constructor(masters: readonly MasterKey[]) {
    this.#masters = masters;
  }

  get masters(): readonly MasterKey[] {
    return this.#masters;
  }

  /**
   * @param kinds the others are left alone, and null
   * @throws CREDENTIAL_UNREADABLE: a key that is not here, another row or endpoint than it was sealed for, damage
   */
  open(
    envelope: Uint8Array,
    place: SecretPlace,
    kinds: readonly SecretKind[] = secretKinds,
  ): Secrets {
    const read = readEnvelope(envelope);
    if (read === null) throw unreadable(place, 'it is damaged, or sealed by a newer program');
    if (read.version === 1) return onlyOf(this.#openWhole(read, place), kinds);
    const wanted = read.parts.filter(({ kind }) => kinds.includes(kind));
    return Object.assign({}, noSecrets, ...wanted.map((part) => this.#openPart(part, place)));
  }

  #openWhole(envelope: Envelope & { readonly version: 1 }, place: SecretPlace): Secrets {
    const master = this.masters.find(({ id }) => id === envelope.keyId);
    if (master === undefined) throw keyMissing(place, `"${envelope.keyId}"`);
    try {
      const text = openWithMaster(master, envelope.sealed, place);
      return { ...noSecrets, ...(JSON.parse(text) as GivenSecrets) };
    } catch (error) {
      const reason = `it is damaged, belongs to another row, or was sealed with another key named "${envelope.keyId}"`;
      throw unreadable(place, reason, error);
    }
  }

  #openPart(part: SealedPart, place: SecretPlace): GivenSecrets {
    const master = this.masters.find((one) => masterFingerprint(one) === part.fingerprint);
    if (master === undefined) throw keyMissing(place, part.fingerprint);
    try {
      return { [part.kind]: openPart(master, part, place) };
    } catch (error) {
      const { address, port } = place.endpoint;
      throw new NocturneError(
        'CREDENTIAL_UNREADABLE',
        `the ${secretNames[part.kind]} kept in ${place.table} ${place.row} was not entered for ${address}:${port} with the TLS settings it has now: enter it again`,
        { cause: error },
      );
    }
  }
}

function onlyOf(secrets: Secrets, kinds: readonly SecretKind[]): Secrets {
  const wanted = kinds.map((kind) => [kind, secrets[kind]] as const);
  return { ...noSecrets, ...Object.fromEntries(wanted) };
}

export const secretNames: Readonly<Record<SecretKind, string>> = {
  username: 'user name',
  password: 'password',
  tlsKeyPem: 'TLS key',
};

function keyMissing(place: SecretPlace, key: string): NocturneError {
  return unreadable(
    place,
    `it was sealed with the key ${key}, which is not among the secret keys here`,
  );
}

function unreadable(place: SecretPlace, reason: string, cause?: unknown): NocturneError {
  return new NocturneError(
    'CREDENTIAL_UNREADABLE',
    `the secret of ${place.table} ${place.row} cannot be read: ${reason}; check NOCTURNE_SECRET_KEYS or enter the secret again`,
    { cause },
  );
}
