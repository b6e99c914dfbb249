/** How far a replica is behind its primary. */
import { queryOne, type Queryable } from './queryable.ts';

/**
 * ms since the newest transaction replayed was committed; 0 on a server that is no standby (any more). A primary that
 * nobody writes to lets its replicas look late: reads then go to the primary, which has nothing to do.
 */
export async function readReplicaLag(db: Queryable): Promise<number> {
  const { standby, lagMs } = await queryOne<{ standby: boolean; lagMs: number | null }>(
    db,
    `select pg_is_in_recovery() as standby,
       (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 as "lagMs"`,
  );
  if (!standby) return 0;
  return lagMs ?? Number.POSITIVE_INFINITY;
}
