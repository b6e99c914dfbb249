import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import { writeBatch, type WriteOptions } from '../../../service/store/batch-writer.ts';
import { createPlainEngine } from '../../../service/store/engine-plain.ts';
import { createTimescaleEngine } from '../../../service/store/engine-timescale.ts';
import { SeriesResolver } from '../../../service/store/series-resolver.ts';
import type { StorageEngine } from '../../../service/store/storage-engine.ts';
import { rollupTiers } from '../../../service/store/storage-tables.ts';
import { testDatabase } from '../../support/database.ts';
import { type NumberRow, sampleBatch, seriesDefinition } from '../../support/sample-batch.ts';
import { type RollupRow, rollUp } from '../../support/naive-rollup.ts';
import { timescaleDatabase } from '../../support/timescale.ts';

const leaf = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** 2026-11-21 00:00 UTC */
const midnight = Date.UTC(2026, 10, 21);
const later = midnight + 2 * dayMs;

interface Subject extends AsyncDisposable {
  readonly pool: Pool;
  readonly engine: StorageEngine;
  readonly copyIn?: WriteOptions['copyIn'];
}

async function plain(): Promise<Subject> {
  const db = await testDatabase();
  const { pool } = db;
  const engine = createPlainEngine(pool);
  return { pool, engine, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

async function timescale(): Promise<Subject> {
  const db = await timescaleDatabase();
  const { pool, copyIn } = db;
  const engine = createTimescaleEngine(pool, 'community');
  await engine.createStorage();
  return { pool, engine, copyIn, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

/** TimescaleDB as its Apache edition allows to use it. */
async function apache(): Promise<Subject> {
  const db = await timescaleDatabase();
  const { pool, copyIn } = db;
  const engine = createTimescaleEngine(pool, 'apache');
  await engine.createStorage();
  return { pool, engine, copyIn, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
}

/** Stores rows of series as a collector does; batches are numbered on. */
class Collector {
  readonly #subject: Subject;
  readonly #resolver = new SeriesResolver();
  #sequence = 0;
  #refs = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** A ref for a new series. */
  newSeries(): number {
    this.#refs += 1;
    return this.#refs;
  }

  async store(
    numbers: readonly NumberRow[],
    texts: [ref: number, timeMs: number, text: string][] = [],
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
    const { copyIn } = this.#subject;
    const client = await this.#subject.pool.connect();
    try {
      return await writeBatch(
        client,
        batch,
        this.#resolver,
        copyIn === undefined ? {} : { copyIn },
      );
    } finally {
      client.release();
    }
  }

  idOf(ref: number): SeriesId {
    return this.#resolver.idOf(ref)!;
  }
}

async function rollupOf(pool: Pool, table: string, seriesId: number): Promise<RollupRow[]> {
  const { rows } = await pool.query<RollupRow>(
    `select (extract(epoch from bucket) * 1000)::float8 as "bucketMs", count::float8, sum, min, max, first, last,
       increase, rate_min, rate_max, covered_ms, resets
     from ${table} where series_id = $1 order by bucket`,
    [seriesId],
  );
  return rows;
}

/** Sums may be added in another order. */
function rounded(rows: readonly RollupRow[]): unknown[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) => [
        column,
        typeof value === 'number' ? Number(value.toPrecision(10)) : value,
      ]),
    ),
  );
}

/** Distinct times over two days, many in the same minute, some at the very borders. */
const times = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom(0, 1, 2, 23, 24, 30, 47),
      fc.constantFrom(0, 1, 59),
      fc.integer({ min: 0, max: 11 }),
    )
    .map(
      ([hour, minute, step]) =>
        midnight - 2 * dayMs + hour * hourMs + minute * 60_000 + step * 5_000,
    ),
  { minLength: 1, maxLength: 40 },
);
const measured = fc.record({
  value: fc.integer({ min: -1_000_000, max: 1_000_000 }).map((number) => number / 8),
  delta: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
  spanMs: fc.constantFrom(0, 1, 999, 10_000, 3_600_000),
  quality: fc.constantFrom(0, 1, 2, 3, 8),
});
/** Batches of one series in any order of time, so that most are late. */
const batches = times.chain((distinct) =>
  fc
    .tuple(
      fc.array(measured, { minLength: distinct.length, maxLength: distinct.length }),
      fc.array(fc.integer({ min: 0, max: 3 }), {
        minLength: distinct.length,
        maxLength: distinct.length,
      }),
    )
    .map(([values, places]) =>
      [0, 1, 2, 3].map((place) =>
        distinct.flatMap((timeMs, at): Omit<NumberRow, 'ref'>[] => {
          const { value, delta, spanMs, quality } = values[at]!;
          if (places[at] !== place) return [];
          const counted = delta === undefined ? {} : { delta, spanMs };
          return [{ timeUs: timeMs * 1_000, value, quality, ...counted }];
        }),
      ),
    ),
);

describe.each([
  ['plain', plain],
  ['timescale', timescale],
  ['timescale, Apache edition', apache],
] as const)('storage: %s', (_name, open) => {
  let subject: Subject;
  beforeAll(async () => {
    subject = await open();
  });
  afterAll(() => subject[Symbol.asyncDispose]());

  test('rollups of every tier are what the samples give, however late they came', async () => {
    const { pool, engine } = subject;
    const collector = new Collector(subject);
    await fc.assert(
      fc.asyncProperty(batches, async (parts) => {
        const ref = collector.newSeries();
        for (const part of parts) {
          await collector.store(part.map((row) => ({ ref, ...row })));
          await engine.refreshRollups(later);
        }
        const rows = parts.flat();
        for (const { name, bucketMs } of rollupTiers) {
          const found = await rollupOf(pool, name, collector.idOf(ref));
          expect(rounded(found)).toEqual(rounded(rollUp(rows, bucketMs)));
        }
      }),
      { numRuns: 15, seed: 20_261_121 },
    );
  });
});
