/**
 * The keys of this database's secrets, their public halves: `secret_key`. A collector puts its own there; the one that
 * was put first most lately is what everybody seals to.
 */
import { writeAudit } from '../people/audit.ts';
import { type Queryable } from '../connection/queryable.ts';
import { keyPairOf, masterFingerprint, type MasterKey } from './master-key.ts';

export interface KnownKey {
  readonly fingerprint: string;
  /** As its holders call it. */
  readonly id: string;
  readonly publicKey: Buffer;
  /** The node that held it first. */
  readonly node: string;
  /** Since when secrets are sealed to it; null where they never were. */
  readonly sealingSinceMs: number | null;
  /** Secrets are sealed to this one now. */
  readonly current: boolean;
  /** Given up: nobody has it any more. */
  readonly lostAtMs: number | null;
}

/** Newest first. */
export async function listKnownKeys(db: Queryable): Promise<readonly KnownKey[]> {
  const { rows } = await db.query<KnownKey>(
    `select fingerprint, key_id as id, public_key as "publicKey", node,
       sealing_since as "sealingSinceMs", lost_at as "lostAtMs",
       fingerprint is not distinct from (
         select fingerprint from secret_key where sealing_since is not null and lost_at is null
         order by sealing_since desc, fingerprint limit 1) as current
     from secret_key order by sealing_since desc nulls last, made_at desc`,
  );
  return rows;
}

export async function addKnownKey(db: Queryable, key: MasterKey, node: string): Promise<void> {
  await db.query(
    `insert into secret_key (fingerprint, key_id, public_key, node) values ($1, $2, $3, $4)
     on conflict (fingerprint) do update set key_id = excluded.key_id, lost_at = null
     where secret_key.key_id <> excluded.key_id or secret_key.lost_at is not null`,
    [masterFingerprint(key), key.id, keyPairOf(key).publicKey, node],
  );
}

/**
 * What a collector does once it is its turn: all of its keys become known, and from now on secrets are sealed to the
 * first of them. Answers the key that they were sealed to, where that was another one. Call it inside a transaction.
 */
export async function publishKeys(
  db: Queryable,
  keys: readonly MasterKey[],
  node: string,
): Promise<KnownKey | null> {
  const [first] = keys;
  if (first === undefined) return null;
  const known = await listKnownKeys(db);
  for (const key of keys) if (!isKnown(known, key)) await addKnownKey(db, key, node);
  const before = known.find(({ current }) => current);
  const fingerprint = masterFingerprint(first);
  if (before?.fingerprint === fingerprint) return null;
  await db.query('update secret_key set sealing_since = clock_timestamp() where fingerprint = $1', [
    fingerprint,
  ]);
  await writeAudit(db, {
    actor: node,
    operation: 'keys.seal',
    subjectKind: 'secret-key',
    subjectId: fingerprint,
    before: before === undefined ? null : { id: before.id, fingerprint: before.fingerprint },
    after: { id: first.id, fingerprint },
  });
  return before ?? null;
}

function isKnown(known: readonly KnownKey[], key: MasterKey): boolean {
  const fingerprint = masterFingerprint(key);
  return known.some(
    (one) => one.fingerprint === fingerprint && one.id === key.id && one.lostAtMs === null,
  );
}
