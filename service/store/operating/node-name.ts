/**
 * A name in the cluster belongs to one running node. Who starts under it gets an incarnation, a number that the database
 * has never given under that name; a heartbeat of an older one is refused from then on.
 */
import type { Queryable } from '../connection/queryable.ts';
import type { NodeRole } from './node.ts';

export interface NodeIdentity {
  readonly name: string;
  readonly role: NodeRole;
  readonly version: string;
  /** Name of the machine, and the process there: for people who look for it. */
  readonly host: string;
  readonly process: number;
}

/** The node that had the name last, as its heartbeat left it. */
export interface Namesake {
  readonly role: NodeRole;
  /** Null where a program before version 8 wrote the row. */
  readonly host: string | null;
  readonly process: number | null;
  readonly incarnation: number;
  /** Said good-bye. */
  readonly stopped: boolean;
  /** Of the last heartbeat; text, for it is exact to the microsecond. */
  readonly seenAt: string;
  /** How long ago that was, by the database's clock. */
  readonly silentMs: number;
}

export async function findNamesake(db: Queryable, name: string): Promise<Namesake | null> {
  const { rows } = await db.query<Namesake>(
    `select role, host, process, incarnation, stopped_at is not null as stopped,
       seen_at::text as "seenAt",
       (extract(epoch from clock_timestamp() - seen_at) * 1000)::float8 as "silentMs"
     from node where name = $1`,
    [name],
  );
  return rows[0] ?? null;
}

/**
 * Takes the name and answers the incarnation; null where its row is not as it was found any more.
 * @param found what `findNamesake` answered
 */
export async function enterName(
  db: Queryable,
  identity: NodeIdentity,
  found: Namesake | null,
): Promise<number | null> {
  const { rows } = await db.query<{ incarnation: number }>(
    `insert into node as known (name, role, version, host, process, incarnation, started_at, seen_at)
     values ($1, $2, $3, $4, $5, ${unused}, clock_timestamp(), clock_timestamp())
     on conflict (name) do update set role = excluded.role, version = excluded.version,
       host = excluded.host, process = excluded.process,
       incarnation = greatest(excluded.incarnation, known.incarnation + 1),
       started_at = excluded.started_at, seen_at = excluded.seen_at, stopped_at = null,
       feed_address = null, devices = 0, samples_per_second = 0, samples_dropped = 0,
       queued_batches = 0
     where known.incarnation = $6 and known.seen_at = $7::text::timestamptz
     returning incarnation`,
    [
      identity.name,
      identity.role,
      identity.version,
      identity.host,
      identity.process,
      found?.incarnation ?? null,
      found?.seenAt ?? null,
    ],
  );
  return rows[0]?.incarnation ?? null;
}

/**
 * Not below the time in ms, which incarnations were before version 8; and above all keys of batches of that name, should
 * its row be gone.
 */
const unused = `greatest((extract(epoch from clock_timestamp()) * 1000)::bigint,
  1 + (select max(incarnation) from ingest_batch where node = $1))`;
