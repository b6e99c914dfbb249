/**
 * Sealing secrets so that this database's collectors can open them: to the public key that a collector has published, for
 * which nothing has to be known; else, as long as only collectors of the release before have worked here, with a master
 * key they hold too. Where neither is there, nobody could open what is entered, and it is refused.
 */
import { NocturneError } from '../../../core/errors.ts';
import type { Queryable } from '../connection/queryable.ts';
import { encodeParts, readEnvelope, type SealedPart, secretKinds } from './envelope-codec.ts';
import { type KnownKey, listKnownKeys } from './known-keys.ts';
import { sealWithMaster } from './master-envelope.ts';
import { masterFingerprint, type MasterKey } from './master-key.ts';
import { sealPart } from './public-envelope.ts';
import { type GivenSecrets, noSecrets, type SecretBox } from './sealed-secret.ts';
import type { SecretPlace } from './secret-place.ts';

export type Sealer =
  | {
      readonly to: 'public-key';
      readonly publicKey: Uint8Array;
      /** Fingerprints of the keys that collectors have; what was sealed to others nobody opens. */
      readonly living: ReadonlySet<string>;
    }
  /** Collectors of the release before know no other way. */
  | { readonly to: 'master-key'; readonly master: MasterKey };

/** @throws CONFIG_INVALID where no collector could open what is sealed */
export async function findSealer(db: Queryable, box: SecretBox): Promise<Sealer> {
  const known = await listKnownKeys(db);
  const current = known.find((key) => key.current);
  if (current !== undefined) {
    const living = known.filter(({ lostAtMs }) => lostAtMs === null);
    const fingerprints = new Set(living.map(({ fingerprint }) => fingerprint));
    return { to: 'public-key', publicKey: current.publicKey, living: fingerprints };
  }
  const [master] = box.masters;
  if (master !== undefined && (await isCollectors(db, master, known))) {
    return { to: 'master-key', master };
  }
  throw new NocturneError(
    'CONFIG_INVALID',
    'no collector could open what is entered here: none has put its key into this database yet, and this program has none of theirs; start a collector, or set NOCTURNE_SECRET_KEYS as the collectors have it',
  );
}

/** Whether collectors have this key, as far as the database tells. */
async function isCollectors(
  db: Queryable,
  master: MasterKey,
  known: readonly KnownKey[],
): Promise<boolean> {
  const fingerprint = masterFingerprint(master);
  if (known.length > 0) return known.some((key) => key.fingerprint === fingerprint);
  const ids = await sealedKeyIds(db);
  return ids.size === 0 || ids.has(master.id);
}

/** Names of the master keys under which secrets of version 1 are kept. */
async function sealedKeyIds(db: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ sealed: Buffer }>(
    `select sealed from credential
     where retired_at is null and substring(sealed from 1 for 1) = '\\x01'`,
  );
  const envelopes = rows.map(({ sealed }) => readEnvelope(sealed));
  return new Set(envelopes.flatMap((one) => (one?.version === 1 ? [one.keyId] : [])));
}

export function sealSecrets(sealer: Sealer, secrets: GivenSecrets, place: SecretPlace): Buffer {
  if (sealer.to === 'master-key') {
    return sealWithMaster(sealer.master, JSON.stringify({ ...noSecrets, ...secrets }), place);
  }
  return encodeParts(sealParts(sealer, secrets, place));
}

export function sealParts(
  { publicKey }: Sealer & { readonly to: 'public-key' },
  secrets: GivenSecrets,
  place: SecretPlace,
): readonly SealedPart[] {
  return secretKinds.flatMap((kind) => {
    const text = secrets[kind];
    return text === undefined ? [] : [sealPart(publicKey, { kind, text }, place)];
  });
}
