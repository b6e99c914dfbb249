/** Statements that stop in the database, too, when the caller gives up or the time is over. */
import type { PoolClient } from 'pg';
import { NocturneError } from '../../../core/errors.ts';
import { errorCodeOf } from './database-error.ts';
import type { DatabasePool } from './pool.ts';

export interface CancellableOptions {
  readonly signal: AbortSignal;
  /** The server ends the statement after this time. */
  readonly timeoutMs: number;
}

/**
 * Runs read-only work on one client. When the signal aborts, the running statement is cancelled in the database before
 * the client goes back to the pool, so that a late cancel can never hit the next user of the connection.
 * @throws QUERY_TIMEOUT; the signal's reason when aborted
 */
export async function cancellable<Value>(
  pool: DatabasePool,
  options: CancellableOptions,
  work: (client: PoolClient) => Promise<Value>,
): Promise<Value> {
  options.signal.throwIfAborted();
  const client = await pool.connect();
  let cancelling: Promise<void> | undefined;
  let broken: Error | undefined;
  const abort = () => {
    const { processID } = client as unknown as { processID: number };
    cancelling ??= pool.cancelBackend(processID).catch(() => {});
  };
  options.signal.addEventListener('abort', abort, { once: true });
  try {
    // One round trip for both.
    await client.query(
      `begin transaction read only; set local statement_timeout = ${Math.ceil(options.timeoutMs)}`,
    );
    options.signal.throwIfAborted();
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    await cancelling;
    await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
    options.signal.throwIfAborted();
    throw timeoutOr(error, options.timeoutMs);
  } finally {
    options.signal.removeEventListener('abort', abort);
    await cancelling;
    client.release(broken);
  }
}

const queryCanceled = '57014';

function timeoutOr(error: unknown, timeoutMs: number): unknown {
  if (errorCodeOf(error) !== queryCanceled) return error;
  return new NocturneError(
    'QUERY_TIMEOUT',
    `the query took longer than ${timeoutMs / 1_000} s: choose a shorter time range or fewer series`,
    { cause: error },
  );
}
