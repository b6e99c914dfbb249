/** Giving a key up: what only it opens is taken off its devices, so that their secrets can be entered again. */
import type { Uuid } from '../../../core/id.ts';
import { writeAudit } from '../people/audit.ts';
import type { Queryable } from '../connection/queryable.ts';
import { keysOf, type UsedKey } from './key-fit.ts';
import { listKnownKeys } from './known-keys.ts';

export interface KeyNeed {
  readonly credentialId: Uuid;
  /** Null where its device was removed. */
  readonly device: string | null;
}

/** All that needs this key, given by its name or fingerprint; removed devices included, for they may come back. */
export async function whoNeedsKey(db: Queryable, key: string): Promise<readonly KeyNeed[]> {
  const known = await listKnownKeys(db);
  const { rows } = await db.query<KeyNeed & { sealed: Buffer }>(
    `select distinct on (credential.id) credential.id as "credentialId", credential.sealed,
       device.name as device
     from credential
     left join device_endpoint endpoint on endpoint.credential_id = credential.id
       and endpoint.retired_at is null
     left join device on device.id = endpoint.device_id and device.retired_at is null
     where credential.retired_at is null order by credential.id, device.name`,
  );
  return rows
    .filter(({ sealed }) => keysOf(sealed, known).some((one) => isNamed(one, key)))
    .map(({ credentialId, device }) => ({ credentialId, device }));
}

export function isNamed(one: Pick<UsedKey, 'id' | 'fingerprint'>, key: string): boolean {
  return one.id === key || one.fingerprint === key;
}

/** Call it inside a transaction of the actor. */
export async function forgetKey(
  db: Queryable,
  { key, actor }: { key: string; actor: string },
): Promise<readonly KeyNeed[]> {
  const needs = await whoNeedsKey(db, key);
  const ids = needs.map(({ credentialId }) => credentialId);
  await db.query('update device_endpoint set credential_id = null where credential_id = any($1)', [
    ids,
  ]);
  await db.query('update credential set retired_at = now() where id = any($1)', [ids]);
  await markLost(db, key);
  await writeAudit(db, {
    actor,
    operation: 'keys.forget',
    subjectKind: 'secret-key',
    subjectId: key,
    before: { devices: needs.flatMap(({ device }) => device ?? []) },
    after: null,
  });
  return needs;
}

/** Nobody has it any more, so nothing is sealed to it. */
export async function markLost(db: Queryable, key: string): Promise<void> {
  await db.query(
    'update secret_key set lost_at = now() where (key_id = $1 or fingerprint = $1) and lost_at is null',
    [key],
  );
}
