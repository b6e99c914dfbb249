/** Storage of each engine, for tests that must hold on all of them, and a collector that fills it. */
import type { Pool } from 'pg';
import type { DeviceId, SeriesId } from '../../core/id.ts';
import { createPlainEngine } from '../../service/store/storage/engine-plain.ts';
import { createTimescaleEngine } from '../../service/store/storage/engine-timescale.ts';
import { openStorage } from '../../service/store/storage/storage-choice.ts';
import type { StorageEngine } from '../../service/store/storage/storage-engine.ts';
import { writeBatch, type WriteOptions } from '../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { testDatabase } from './database.ts';
import { type NumberRow, sampleBatch, seriesDefinition } from './sample-batch.ts';
import { timescaleDatabase, timescaleServerDatabase } from './timescale.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;

export interface StorageSubject extends AsyncDisposable {
  readonly pool: Pool;
  readonly engine: StorageEngine;
  readonly copyIn?: WriteOptions['copyIn'];
}

async function plain(): Promise<StorageSubject> {
  const db = await testDatabase();
  const { pool } = db;
  const engine = createPlainEngine(pool);
  return { pool, engine, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

async function timescale(): Promise<StorageSubject> {
  const db = await timescaleDatabase();
  const { pool, copyIn } = db;
  const { engine } = await openStorage(pool);
  return { pool, engine, copyIn, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

/** TimescaleDB as its Apache edition allows to use it. */
async function apache(): Promise<StorageSubject> {
  const db = await timescaleDatabase();
  const { pool, copyIn } = db;
  const engine = createTimescaleEngine(pool, 'apache');
  await engine.createStorage();
  return { pool, engine, copyIn, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

let started = 0;

/** Stores rows of series as a collector does; batches are numbered on. */
export class Collector {
  readonly #subject: StorageSubject;
  readonly #resolver = new SeriesResolver();
  readonly #incarnation: number;
  #sequence = 0;
  #refs = 0;

  constructor(subject: StorageSubject) {
    this.#subject = subject;
    started += 1;
    this.#incarnation = started;
  }

  /** A ref for a new series. */
  newSeries(): number {
    this.#refs += 1;
    return this.#refs;
  }

  async store(
    numbers: readonly NumberRow[],
    texts: [ref: number, timeMs: number, text: string][] = [],
    beforeCommit?: () => Promise<void>,
  ) {
    const refs = new Set([...numbers.map(({ ref }) => ref), ...texts.map(([ref]) => ref)]);
    const introduces = [...refs].map((ref) => seriesDefinition(ref, leaf, `/a[b=${ref}]/c`));
    this.#sequence += 1;
    const batch = sampleBatch({
      sequence: this.#sequence,
      introduces,
      numbers,
      texts: texts.map(([ref, timeMs, value]) => ({ ref, timeUs: timeMs * 1_000, value })),
    });
    const keyed = { ...batch, key: { ...batch.key, incarnation: this.#incarnation } };
    const { copyIn } = this.#subject;
    const client = await this.#subject.pool.connect();
    const send = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    if (beforeCommit !== undefined) {
      client.query = ((...args: unknown[]) =>
        args[0] === 'commit'
          ? beforeCommit().then(() => send(...args))
          : send(...args)) as typeof client.query;
    }
    try {
      return await writeBatch(
        client,
        keyed,
        this.#resolver,
        copyIn === undefined ? {} : { copyIn },
      );
    } finally {
      client.query = send as typeof client.query;
      client.release();
    }
  }

  idOf(ref: number): SeriesId {
    return this.#resolver.idOf(ref)!;
  }
}

const serverUrl = process.env['TEST_TIMESCALE_URL'];
if (serverUrl === undefined) {
  console.warn(
    'SKIPPED: storage on a timescale server (TEST_TIMESCALE_URL is not set); PGlite stands in',
  );
}

async function timescaleServer(): Promise<StorageSubject> {
  const db = await timescaleServerDatabase(serverUrl!);
  const { engine } = await openStorage(db.pool);
  return { pool: db.pool, engine, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

/** What needs more than one connection at a time. */
export const storageServers: readonly (readonly [string, () => Promise<StorageSubject>])[] = [
  ['plain', plain],
  ...(serverUrl === undefined ? [] : [['timescale server', timescaleServer] as const]),
];
export const storageEngines: typeof storageServers = [
  ...storageServers,
  ['timescale', timescale],
  ['timescale, Apache edition', apache],
];
