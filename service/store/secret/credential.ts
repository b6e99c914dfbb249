/** Credentials: user name, password and TLS key of an endpoint, sealed together as one JSON text. */
import { systemClock } from '../../../core/time.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { SecretBox, SecretPlace } from './sealed-secret.ts';

export interface CredentialSecrets {
  readonly username: string | null;
  readonly password: string | null;
  readonly tlsKeyPem: string | null;
}

function placeOf(id: string): SecretPlace {
  return { table: 'credential', row: id, column: 'sealed' };
}

export async function insertCredential(
  db: Queryable,
  box: SecretBox,
  credential: { name: string; secrets: CredentialSecrets },
): Promise<Uuid> {
  const id = makeUuid(systemClock);
  await db.query('insert into credential (id, name, sealed) values ($1, $2, $3)', [
    id,
    credential.name,
    box.seal(JSON.stringify(credential.secrets), placeOf(id)),
  ]);
  return id;
}

export async function updateCredential(
  db: Queryable,
  box: SecretBox,
  credential: { id: Uuid; secrets: CredentialSecrets },
): Promise<void> {
  await db.query('update credential set sealed = $2, updated_at = now() where id = $1', [
    credential.id,
    box.seal(JSON.stringify(credential.secrets), placeOf(credential.id)),
  ]);
}

/** @throws CREDENTIAL_UNREADABLE */
export function openCredential(box: SecretBox, id: Uuid, sealed: Uint8Array): CredentialSecrets {
  return JSON.parse(box.open(sealed, placeOf(id))) as CredentialSecrets;
}

/** @throws CREDENTIAL_UNREADABLE */
export async function readCredential(
  db: Queryable,
  box: SecretBox,
  id: Uuid,
): Promise<CredentialSecrets | null> {
  const { rows } = await db.query<{ sealed: Buffer }>(
    'select sealed from credential where id = $1',
    [id],
  );
  return rows[0] === undefined ? null : openCredential(box, id, rows[0].sealed);
}
