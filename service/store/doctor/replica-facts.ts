/** What a replica is and how it follows its primary, for judging. */
import { sentenceOf } from '../../../core/errors.ts';
import { databaseError } from '../connection/database-error.ts';
import { readSchemaVersion } from '../schema/migrate.ts';
import type { DatabasePool } from '../connection/pool.ts';
import { queryOne } from '../connection/queryable.ts';
import { readReplicaLag } from '../connection/replica-lag.ts';
import { readServerIdentity, type ServerIdentity } from '../connection/server-identity.ts';

export interface ReplicaFacts {
  readonly identity: ServerIdentity;
  readonly primaryIdentity: ServerIdentity;
  readonly standby: boolean;
  /** Somebody told it to stop replaying. */
  readonly paused: boolean;
  /** It has a connection to its primary. */
  readonly receiving: boolean;
  /** 0 where it has replayed all that the primary has written; infinite where it never replayed anything. */
  readonly lagMs: number;
  /** Newest migration; 0 without Nocturne's tables. */
  readonly schemaVersion: number;
  readonly primarySchemaVersion: number;
}

/** Facts, or a sentence why it cannot be asked. */
export type ReplicaLook =
  | { readonly ok: true; readonly facts: ReplicaFacts }
  | { readonly ok: false; readonly problem: string };

/** `toleratedMs`: lateness within it is not looked into any further. */
export async function lookAtReplica(
  replica: DatabasePool,
  primary: DatabasePool,
  toleratedMs: number,
): Promise<ReplicaLook> {
  const primaryIdentity = await readServerIdentity(primary);
  const primarySchemaVersion = await schemaVersionOf(primary);
  try {
    const state = await readState(replica);
    const facts = {
      ...state,
      identity: await readServerIdentity(replica),
      primaryIdentity,
      lagMs: state.standby ? await readReplicaLag(replica, primary, toleratedMs) : 0,
      schemaVersion: await schemaVersionOf(replica),
      primarySchemaVersion,
    };
    return { ok: true, facts };
  } catch (error) {
    return { ok: false, problem: sentenceOf(databaseError(error, replica.databaseUrl)) };
  }
}

function readState(db: DatabasePool) {
  return queryOne<Pick<ReplicaFacts, 'standby' | 'paused' | 'receiving'>>(
    db,
    `select pg_is_in_recovery() as standby,
       case when pg_is_in_recovery() then pg_is_wal_replay_paused() else false end as paused,
       exists (select from pg_stat_wal_receiver where pid is not null) as receiving`,
  );
}

async function schemaVersionOf(db: DatabasePool): Promise<number> {
  return (await readSchemaVersion(db))?.version ?? 0;
}
