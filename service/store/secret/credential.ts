/** Credentials: user name, password and TLS key of an endpoint, in one envelope. */
import { NocturneError } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { Queryable } from '../connection/queryable.ts';
import { encodeParts, readEnvelope, type SecretKind, secretKinds } from './envelope-codec.ts';
import { type GivenSecrets, type SecretBox, secretNames, type Secrets } from './sealed-secret.ts';
import { type Sealer, sealParts, sealSecrets } from './sealer.ts';
import type { SecretEndpoint, SecretPlace } from './secret-place.ts';

export interface StoredSecrets {
  readonly id: Uuid;
  readonly sealed: Buffer;
}

export function credentialPlace(id: string, endpoint: SecretEndpoint): SecretPlace {
  return { table: 'credential', row: id, column: 'sealed', endpoint };
}

export async function insertCredential(
  db: Queryable,
  sealer: Sealer,
  credential: { name: string; secrets: GivenSecrets; endpoint: SecretEndpoint },
): Promise<Uuid> {
  const id = makeUuid(systemClock);
  const place = credentialPlace(id, credential.endpoint);
  await db.query('insert into credential (id, name, sealed) values ($1, $2, $3)', [
    id,
    credential.name,
    sealSecrets(sealer, credential.secrets, place),
  ]);
  return id;
}

export interface SecretChange {
  readonly stored: StoredSecrets;
  readonly given: GivenSecrets;
  /** As it is after the change. */
  readonly endpoint: SecretEndpoint;
}

/**
 * Puts those given in place of the stored ones; the others stay.
 * @throws INPUT_INVALID where others would stay that nobody can open
 */
export async function changeCredential(
  db: Queryable,
  { sealer, box }: { sealer: Sealer; box: SecretBox },
  change: SecretChange,
): Promise<void> {
  await db.query(
    'update credential set sealed = $2, updated_at = now(), retired_at = null where id = $1',
    [change.stored.id, sealedAfter({ sealer, box }, change)],
  );
}

function sealedAfter(
  { sealer, box }: { sealer: Sealer; box: SecretBox },
  { stored, given, endpoint }: SecretChange,
): Buffer {
  const place = credentialPlace(stored.id, endpoint);
  const envelope = readEnvelope(stored.sealed);
  if (sealer.to === 'public-key' && envelope?.version === 2) {
    const others = envelope.parts.filter(({ kind }) => given[kind] === undefined);
    const lost = others.filter(({ fingerprint }) => !sealer.living.has(fingerprint));
    refuseLost(lost.map(({ kind }) => kind));
    return encodeParts([...others, ...sealParts(sealer, given, place)]);
  }
  const kept = openedOthers(box, { stored, given, endpoint });
  return sealSecrets(sealer, { ...kept, ...given }, place);
}

/** Those to be kept; nothing where what is stored cannot be opened, and is given again as a whole. */
function openedOthers(box: SecretBox, { stored, given, endpoint }: SecretChange): GivenSecrets {
  try {
    return givenOf(openCredential(box, stored, endpoint));
  } catch {
    const needed = endpoint.tlsMode === 'mutual' ? needsKey : needsLogin;
    refuseLost(needed.filter((kind) => given[kind] === undefined));
    return {};
  }
}

/** @throws INPUT_INVALID where there are any */
function refuseLost(kinds: readonly SecretKind[]): void {
  if (kinds.length === 0) return;
  const names = kinds.map((kind) => `the ${secretNames[kind]}`).join(' and ');
  throw new NocturneError(
    'INPUT_INVALID',
    `what is stored cannot be opened any more: give ${names} again as well`,
  );
}

const needsKey: readonly SecretKind[] = ['tlsKeyPem'];
const needsLogin: readonly SecretKind[] = ['username', 'password'];

export function givenOf(secrets: Secrets): GivenSecrets {
  return Object.fromEntries(
    secretKinds.flatMap((kind) => (secrets[kind] === null ? [] : [[kind, secrets[kind]]])),
  );
}

/**
 * Which secrets are there, as far as that can be told: envelopes of version 1 tell it to nobody without their key.
 * @param endpoint that they were entered for
 */
export function heldSecrets(
  box: SecretBox,
  stored: StoredSecrets,
  endpoint: SecretEndpoint,
): readonly SecretKind[] {
  const envelope = readEnvelope(stored.sealed);
  if (envelope?.version === 2) return envelope.parts.map(({ kind }) => kind);
  try {
    const opened = box.open(stored.sealed, credentialPlace(stored.id, endpoint));
    return secretKinds.filter((kind) => opened[kind] !== null);
  } catch {
    return endpoint.tlsMode === 'mutual' ? needsKey : needsLogin;
  }
}

/** @throws CREDENTIAL_UNREADABLE */
export function openCredential(
  box: SecretBox,
  { id, sealed }: StoredSecrets,
  endpoint: SecretEndpoint,
  kinds: readonly SecretKind[] = secretKinds,
): Secrets {
  return box.open(sealed, credentialPlace(id, endpoint), kinds);
}

export async function readStoredSecrets(db: Queryable, id: Uuid): Promise<StoredSecrets | null> {
  const { rows } = await db.query<{ sealed: Buffer }>(
    'select sealed from credential where id = $1 and retired_at is null',
    [id],
  );
  return rows[0] === undefined ? null : { id, sealed: rows[0].sealed };
}
