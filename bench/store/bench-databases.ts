/** Databases of the reading bench's own, on a server of its own or one that is given; gone afterwards. */
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { NocturneError } from '../../core/errors.ts';
import { migrate } from '../../service/store/schema/migrate.ts';
import { createPool, type DatabasePool } from '../../service/store/connection/pool.ts';
import { queryOne } from '../../service/store/connection/queryable.ts';
import { recordedEngine } from '../../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../../service/store/storage/storage-engine.ts';
import { type DatasetShape, rowsOf, seriesMinutesOf } from './query-dataset.ts';

export interface BenchServer {
  /** A role that may make databases, in any database. */
  readonly adminUrl: string;
  /** The role that the new databases belong to. */
  readonly ownerUrl: string;
}

export interface BenchDatabase extends AsyncDisposable {
  /** No statement timeout. */
  readonly pool: DatabasePool;
  readonly engine: StorageEngine;
}

/** Migrated, with TimescaleDB where the server offers it. */
export async function makeBenchDatabase(
  { adminUrl, ownerUrl }: BenchServer,
  name: string,
): Promise<BenchDatabase> {
  await using stack = new AsyncDisposableStack();
  const admin = stack.use(createPool(adminUrl, { ...own, size: 1 }));
  const database = `nocturne_bench_${name}_${randomBytes(4).toString('hex')}`;
  const url = new URL(ownerUrl);
  await admin.query(`create database ${database} owner "${decodeURIComponent(url.username)}"`);
  stack.defer(async () => void (await admin.query(`drop database ${database} with (force)`)));
  url.pathname = `/${database}`;
  const { offered } = await queryOne<{ offered: boolean }>(
    admin,
    `select exists (select from pg_available_extensions where name = 'timescaledb') as offered`,
  );
  await migrate(url.href, { storage: offered ? 'timescale' : 'plain' });
  const pool = stack.use(createPool(url.href, { ...own, size: 4 }));
  const engine = await recordedEngine(pool);
  const made = stack.move();
  return { pool, engine, [Symbol.asyncDispose]: () => made.disposeAsync() };
}

const own = { applicationName: 'nocturne bench', statementTimeoutMs: 0 };

/** From runs of the bench: a sample with its index, a bucket of a minute with its, and the log meanwhile. */
const sampleBytes = 125;
const minuteBytes = 190;
const logBytes = 3_000_000_000;

export function bytesOf(shapes: readonly DatasetShape[]): number {
  return shapes.reduce(
    (sum, shape) =>
      sum +
      rowsOf(shape) * sampleBytes +
      Math.min(rowsOf(shape), seriesMinutesOf(shape)) * minuteBytes,
    logBytes,
  );
}

/** @throws STARTUP_FAILED when the folder's disk has not so much room */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const gb = (of: number) => (of / 1e9).toFixed(1);
  throw new NocturneError(
    'STARTUP_FAILED',
    `the bench needs about ${gb(bytes)} GB in ${folder}, where ${gb(free)} GB are free: make room, set TMPDIR, or ask for fewer --series or --days`,
  );
}
