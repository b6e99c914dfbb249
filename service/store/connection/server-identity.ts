/** Which server this is: two addresses may lead to one, and two servers may be copies of one cluster. */
import { errorCodeOf } from './database-error.ts';
import { queryOne, type Queryable } from './queryable.ts';

export interface ServerIdentity {
  /** Made by initdb, the same on all copies of a cluster; null where this user may not see it. */
  readonly systemId: string | null;
  /** ms since the epoch; tells the copies apart. */
  readonly startedAtMs: number;
}

const insufficientPrivilege = '42501';

/** Must not run within a transaction: a refusal would end it. */
export async function readServerIdentity(db: Queryable): Promise<ServerIdentity> {
  const { startedAtMs } = await queryOne<{ startedAtMs: number }>(
    db,
    'select pg_postmaster_start_time() as "startedAtMs"',
  );
  const systemId = await queryOne<{ systemId: string }>(
    db,
    'select system_identifier::text as "systemId" from pg_control_system()',
  ).then(
    (row) => row.systemId,
    (error: unknown) => {
      if (errorCodeOf(error) === insufficientPrivilege) return null;
      throw error;
    },
  );
  return { systemId, startedAtMs };
}

/** False only where it is certain. */
export function sameCluster(one: ServerIdentity, other: ServerIdentity): boolean {
  return one.systemId === null || other.systemId === null || one.systemId === other.systemId;
}

export function sameServer(one: ServerIdentity, other: ServerIdentity): boolean {
  return sameCluster(one, other) && one.startedAtMs === other.startedAtMs;
}
