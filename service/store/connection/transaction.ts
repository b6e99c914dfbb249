/** Transactions, repeated when PostgreSQL asks for it: deadlocks (40P01) and serialisation failures (40001). */
import type { Pool, PoolClient } from 'pg';
import { errorCodeOf } from './database-error.ts';

export interface TransactionOptions {
  /** Written to history and audit by triggers. */
  readonly actor?: string;
  readonly maxTries?: number;
}

const repeatable = new Set(['40P01', '40001']);

/**
 * Runs `work` in one transaction on one client and commits. The work may run several times, so it must have no effect
 * outside the transaction.
 */
export async function transaction<Value>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Value>,
  options: TransactionOptions = {},
): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await runOnce(pool, work, options);
    } catch (error) {
      if (!repeatable.has(errorCodeOf(error)) || tries >= (options.maxTries ?? 5)) throw error;
    }
  }
}

async function runOnce<Value>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Value>,
  options: TransactionOptions,
): Promise<Value> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    if (options.actor !== undefined) {
      await client.query(`select set_config('nocturne.actor', $1, true)`, [options.actor]);
    }
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    // A client that cannot even roll back is not given back to the pool.
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
