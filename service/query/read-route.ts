/** Which database reads go to: the replica while it is there and up to date, else the primary. */
import type { PoolClient } from 'pg';
import { cancellable } from '../store/connection/cancellable.ts';
import { errorCodeOf, isUnreachable } from '../store/connection/database-error.ts';
import type { DatabasePool } from '../store/connection/pool.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import type { ReadReplica } from '../store/connection/replica.ts';

/** `fallback`: there is a replica, but the primary had to answer. */
export const readRoutes = ['primary', 'replica', 'fallback'] as const;
export type ReadRoute = (typeof readRoutes)[number];

export interface ReadRouteOptions {
  /** A statement that runs longer is ended by the server. */
  readonly timeoutMs: number;
  readonly replica?: ReadReplica | undefined;
  /** Told which way each read went, before it is answered. */
  readonly routed?: ((route: ReadRoute) => void) | undefined;
}

export type RunRead = <Value>(
  signal: AbortSignal,
  work: (db: Queryable) => Promise<Value>,
) => Promise<Value>;

export function createReadRoute(primary: DatabasePool, options: ReadRouteOptions): RunRead {
  const { timeoutMs, replica, routed = () => {} } = options;
  return async (signal, work) => {
    const read =
      replica === undefined ? null : await readReplica(replica, { signal, timeoutMs }, work);
    if (read !== null) {
      routed('replica');
      return read.value;
    }
    routed(replica === undefined ? 'primary' : 'fallback');
    return cancellable(primary, { signal, timeoutMs }, work);
  };
}

interface ReadLimits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Null when the replica could not answer; then the primary must. */
async function readReplica<Value>(
  replica: ReadReplica,
  { signal, timeoutMs }: ReadLimits,
  work: (client: PoolClient) => Promise<Value>,
): Promise<{ readonly value: Value } | null> {
  const { open } = replica;
  if (open === null) return null;
  const leaving = new AbortController();
  const left = Promise.withResolvers<null>();
  const leave = () => {
    left.resolve(null);
    leaving.abort();
  };
  open.addEventListener('abort', leave, { once: true });
  try {
    const limits = { signal: AbortSignal.any([signal, leaving.signal]), timeoutMs };
    const reading = cancellable(replica.pool, limits, work).then((value) => ({ value }));
    return await Promise.race([reading, left.promise]);
  } catch (error) {
    if (isUnreachable(error)) replica.failed(error);
    else if (errorCodeOf(error) !== endedForReplay) throw error;
    return null;
  } finally {
    open.removeEventListener('abort', leave);
  }
}

/** The standby ended the statement in favour of what it replays; the next one may do. */
const endedForReplay = '40001';
