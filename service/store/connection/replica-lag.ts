/** How far a replica is behind its primary. */
import { queryOne, type Queryable } from './queryable.ts';

export interface ReplayState {
  /** False on a server that is no standby (any more). */
  readonly standby: boolean;
  /** ms since the newest transaction replayed was committed, by both servers' clocks; null: none was yet. */
  readonly sinceReplayMs: number | null;
}

export function readReplayState(db: Queryable): Promise<ReplayState> {
  return queryOne<ReplayState>(
    db,
    `select pg_is_in_recovery() as standby,
       (extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 as "sinceReplayMs"`,
  );
}

/**
 * ms that a standby lacks. A primary that nobody writes to makes the newest transaction look old, so one that seems
 * later than `toleratedMs` is held against what the primary has written: 0 where it has replayed all of that. With the
 * primary away, what it seems.
 */
export async function readReplicaLag(
  standby: Queryable,
  primary: Queryable,
  toleratedMs: number,
): Promise<number> {
  const { sinceReplayMs } = await readReplayState(standby);
  const seemingMs = Math.max(0, sinceReplayMs ?? Number.POSITIVE_INFINITY);
  if (seemingMs <= toleratedMs) return seemingMs;
  const written = await readWritten(primary).catch(() => null);
  if (written === null) return seemingMs;
  return (await hasReplayed(standby, written)) ? 0 : seemingMs;
}

/** Place in the write-ahead log; null on a standby. */
async function readWritten(db: Queryable): Promise<string | null> {
  const { written } = await queryOne<{ written: string | null }>(
    db,
    'select case when not pg_is_in_recovery() then pg_current_wal_lsn()::text end as written',
  );
  return written;
}

async function hasReplayed(db: Queryable, place: string): Promise<boolean> {
  const { replayed } = await queryOne<{ replayed: boolean | null }>(
    db,
    'select pg_last_wal_replay_lsn() >= $1::pg_lsn as replayed',
    [place],
  );
  return replayed === true;
}
