/** Both storage engines with the same samples, rolled up each in its own way, for tests of reading. */
import type { Pool } from 'pg';
import { createTimescaleEngine } from '../../service/store/storage/engine-timescale.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { testDatabase } from './database.ts';
import { rollUpSamples, type RolledUpTo } from './rollup-rows.ts';
import { timescaleDatabase } from './timescale.ts';

export interface QueryEngine extends AsyncDisposable {
  readonly pool: DatabasePool;
  /** To be called once all samples are there. */
  rollUp(upTo: RolledUpTo): Promise<void>;
}

export const queryEngines = { plain, timescale } as const;

async function plain(): Promise<QueryEngine> {
  const { pool, [Symbol.asyncDispose]: dispose } = await testDatabase();
  return { pool, rollUp: (upTo) => rollUpSamples(pool, upTo), [Symbol.asyncDispose]: dispose };
}

async function timescale(): Promise<QueryEngine> {
  const db = await timescaleDatabase();
  await createTimescaleEngine(db.pool, 'community').createStorage();
  return {
    pool: readable(db.pool),
    async rollUp({ minutes, hours, days }) {
      await refresh(db.pool, 'sample_1m', minutes);
      await refresh(db.pool, 'sample_1h', hours);
      await refresh(db.pool, 'sample_1d', days);
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

/** The parts of a pool that reading needs; nothing is cancelled here. */
export function readable(pool: Pool): DatabasePool {
  return Object.assign(pool, {
    databaseUrl: 'postgres://localhost/pglite',
    cancelBackend: () => Promise.resolve(),
    cancelRunning: () => Promise.resolve(),
    ping: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

async function refresh(pool: Pool, name: string, untilMs: number): Promise<void> {
  await pool.query(`call refresh_continuous_aggregate('${name}', null, $1::timestamptz)`, [
    new Date(untilMs),
  ]);
}
