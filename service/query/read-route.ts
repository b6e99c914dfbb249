/** Which database reads go to: the replica while it is there and up to date, else the primary. */
import { systemClock, type Clock } from '../../core/time.ts';
import { cancellable } from '../store/cancellable.ts';
import { errorCodeOf, isUnreachable } from '../store/database-error.ts';
import type { DatabasePool } from '../store/pool.ts';
import type { Queryable } from '../store/queryable.ts';
import { readReplicaLag } from '../store/replica-lag.ts';

export interface ReadRouteOptions {
  /** A statement that runs longer is ended by the server. */
  readonly timeoutMs: number;
  readonly replica?: DatabasePool | undefined;
  /** A replica that is further behind is passed over. */
  readonly maxReplicaLagMs: number;
  readonly clock?: Clock;
}

export type RunRead = <Value>(
  signal: AbortSignal,
  work: (db: Queryable) => Promise<Value>,
) => Promise<Value>;

/** How long one look at the replica holds; a lost one is left alone longer, for every try may cost seconds. */
const lookEveryMs = 1_000;
const lostForMs = 10_000;

export function createReadRoute(primary: DatabasePool, options: ReadRouteOptions): RunRead {
  const { timeoutMs, replica, maxReplicaLagMs, clock = systemClock } = options;
  if (replica === undefined)
    return (signal, work) => cancellable(primary, { signal, timeoutMs }, work);
  let usable = false;
  let lookAgainMs = Number.NEGATIVE_INFINITY;
  const look = async (db: Queryable) => {
    usable = (await readReplicaLag(db)) <= maxReplicaLagMs;
    lookAgainMs = clock.nowMs() + lookEveryMs;
    return usable;
  };
  return async (signal, work) => {
    const due = clock.nowMs() >= lookAgainMs;
    if (usable || due) {
      try {
        const read = await cancellable(replica, { signal, timeoutMs }, async (db) =>
          due && !(await look(db)) ? null : { value: await work(db) },
        );
        if (read !== null) return read.value;
      } catch (error) {
        signal.throwIfAborted();
        if (!isReplicaTrouble(error)) throw error;
        usable = false;
        lookAgainMs = clock.nowMs() + lostForMs;
      }
    }
    return cancellable(primary, { signal, timeoutMs }, work);
  };
}

/** Not there, or it had to end the statement in favour of what it replays. */
function isReplicaTrouble(error: unknown): boolean {
  return isUnreachable(error) || errorCodeOf(error) === '40001';
}
