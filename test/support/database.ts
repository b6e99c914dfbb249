/** A migrated database of a test file's own: `await using db = await testDatabase()`. */
import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { inject } from 'vitest';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { bareTemplate, createDatabase, onServer } from './bare-database.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  /** Four connections; ended with the database. */
  readonly pool: DatabasePool;
  /** A connection of the pool, given back by `using`. */
  connect(): Promise<PoolClient & Disposable>;
  /** Superuser on the server's `postgres` database: for looking from outside, or ending connections. */
  readonly adminUrl: string;
  readonly name: string;
}

/** Clones the migrated template; disposing drops the clone even when connections were leaked. */
export async function testDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = inject('databaseServer');
  return cloneDatabase(adminUrl, template);
}

/** A database without any tables. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return cloneDatabase(inject('databaseServer').adminUrl, bareTemplate);
}

async function cloneDatabase(adminUrl: string, template: string): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await createDatabase(adminUrl, name, template);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const pool = createPool(url.href, { applicationName: 'test', size: 4 });
  return {
    url: url.href,
    pool,
    adminUrl,
    name,
    async connect() {
      const client = await pool.connect();
      return Object.assign(client, { [Symbol.dispose]: () => client.release() });
    },
    async [Symbol.asyncDispose]() {
      // Ending the pool would wait for a connection that was never given back.
      const leaked = pool.totalCount - pool.idleCount;
      const ended = pool[Symbol.asyncDispose]();
      if (leaked === 0) await ended;
      await onServer(adminUrl, `drop database if exists ${name} with (force)`);
      if (leaked > 0) throw new Error(`${leaked} connections were not given back to the pool`);
    },
  };
}
