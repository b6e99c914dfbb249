/** The turn to collect as the database counts it: what is received under an overtaken epoch can be told apart. */
import type { Epoch } from '../../../core/id.ts';
import { errorCodeOf } from '../connection/database-error.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { nodeSilenceSeconds } from './telemetry-session.ts';

export interface TurnHolder {
  readonly node: string;
  readonly incarnation: number;
}

const lockKey = `hashtext('nocturne_collector')`;

/** True where this connection has the lock from now on. */
export async function askForTurn(db: Queryable): Promise<boolean> {
  const { got } = await queryOne<{ got: boolean }>(
    db,
    `select pg_try_advisory_lock(${lockKey}) as got`,
  );
  return got;
}

/**
 * Ends the connection that holds the turn where its node has not reported itself for `nodeSilenceSeconds`: the process
 * hangs or the machine is gone, and the server has not noticed. Answers the node's name, or null where it lives.
 */
export async function endSilentHolder(db: Queryable): Promise<string | null> {
  const { rows } = await db.query<{ node: string }>(
    `select turn.node, pg_terminate_backend(lock.pid)
     from collector_turn turn
     left join node on node.name = turn.node and node.incarnation = turn.incarnation,
       pg_locks lock
     where greatest(node.seen_at, turn.taken_at) < clock_timestamp() - interval '${nodeSilenceSeconds} s'
       and lock.locktype = 'advisory' and lock.granted and lock.objsubid = 1
       and lock.database = (select oid from pg_database where datname = current_database())
       and lock.objid::bigint = ${lockKey}::bigint & 4294967295`,
  );
  return rows[0]?.node ?? null;
}

/** A stuck owner's batches hold the row that says who has the turn; a take-over waits no longer for them than this. */
const patienceMs = 500;
const lockNotAvailable = '55P03';

/** True where nobody has had the turn since: what holds the lock is a connection of its own that has not ended yet. */
export async function isOwnTurn(db: Queryable, holder: TurnHolder): Promise<boolean> {
  return (await ownEpoch(db, holder)) !== null;
}

async function ownEpoch(db: Queryable, { node, incarnation }: TurnHolder): Promise<Epoch | null> {
  const { rows } = await db.query<{ epoch: Epoch }>(
    'select epoch from collector_turn where (node, incarnation) = ($1, $2)',
    [node, incarnation],
  );
  return rows[0]?.epoch ?? null;
}

/** As `raiseEpoch`, ending transactions of an owner that is stuck. */
export async function enterTurn(db: Queryable, holder: TurnHolder): Promise<Epoch> {
  // Its own batches hold the row, and are as good as ever.
  const own = await ownEpoch(db, holder);
  if (own !== null) return own;
  await db.query(`set lock_timeout = ${patienceMs}`);
  for (;;) {
    try {
      return await raiseEpoch(db, holder);
    } catch (error) {
      if (errorCodeOf(error) !== lockNotAvailable) throw error;
      // Only batches take it so, and whoever asks has the lock: they are of an owner that has lost its turn.
      await db.query(
        `select pg_terminate_backend(pid) from pg_locks
         where relation = 'collector_turn'::regclass and mode = 'RowShareLock'
           and database = (select oid from pg_database where datname = current_database())`,
      );
    }
  }
}

/**
 * To be called by who holds the lock: the epoch rises, but for a holder whom nobody has overtaken since: it goes on under
 * its own.
 */
async function raiseEpoch(db: Queryable, holder: TurnHolder): Promise<Epoch> {
  const { epoch } = await queryOne<{ epoch: Epoch }>(
    db,
    `insert into collector_turn as turn (epoch, node, incarnation, taken_at)
     values (1, $1, $2, clock_timestamp())
     on conflict ("only") do update set node = excluded.node, incarnation = excluded.incarnation,
       epoch = turn.epoch + ${taken}::int,
       taken_at = case when ${taken} then excluded.taken_at else turn.taken_at end
     returning epoch`,
    [holder.node, holder.incarnation],
  );
  return epoch;
}

/** Somebody else had it last. */
const taken = `((turn.node, turn.incarnation) is distinct from (excluded.node, excluded.incarnation))`;
