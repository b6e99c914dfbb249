import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRetention } from '../../../../service/store/storage/retention-settings.ts';
import { rollupTiers } from '../../../../service/store/storage/storage-tables.ts';
import { type RollupRow, rollUp } from '../../../support/naive-rollup.ts';
import type { NumberRow } from '../../../support/sample-batch.ts';
import {
  Collector,
  storageEngines,
  storageServers,
  type StorageSubject,
} from '../../../support/storage-subject.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** 2026-11-21 00:00 UTC */
const midnight = Date.UTC(2026, 10, 21);
const later = midnight + 2 * dayMs;

async function columnsOf(pool: Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select table_name, column_name, data_type from information_schema.columns
     where table_schema = 'public' order by table_name, column_name`,
  );
  return rows;
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

describe.each(storageEngines)('storage: %s', (_name, open) => {
  let subject: StorageSubject;
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

  test('storage can be made again, and by two at once', async () => {
    const { pool, engine } = subject;
    const before = await columnsOf(pool);
    await Promise.all([engine.createStorage(), engine.createStorage()]);
    expect(await columnsOf(pool)).toEqual(before);
  });

  test('room for what comes next is made once, whoever is first', async () => {
    const { engine } = subject;
    const nowMs = midnight + 5.5 * hourMs;
    const made = await Promise.all([engine.prepare(nowMs), engine.prepare(nowMs)]);
    expect(new Set(made.flat()).size).toBe(made.flat().length);
    expect(made.flat()).not.toEqual([]);
    expect(await engine.prepare(nowMs)).toEqual([]);
    const partitions = async () => {
      const sizes = await engine.sizes();
      return sizes.find(({ table }) => table === 'sample')!.partitions;
    };
    const prepared = await partitions();
    const collector = new Collector(subject);
    const ref = collector.newSeries();
    await collector.store([
      { ref, timeUs: nowMs * 1_000, value: 1 },
      { ref, timeUs: (nowMs + 2 * hourMs) * 1_000, value: 2 },
    ]);
    expect(await partitions()).toBe(prepared);
  });

  test('sizes name every table, how far its data reaches, and how large it is', async () => {
    const collector = new Collector(subject);
    await collector.store([{ ref: collector.newSeries(), timeUs: midnight * 1_000, value: 1 }]);
    await subject.engine.refreshRollups(later);
    const sizes = await subject.engine.sizes();
    expect(sizes.map(({ table }) => table).sort()).toEqual([
      'event',
      'sample',
      'sample_1d',
      'sample_1h',
      'sample_1m',
      'sample_text',
    ]);
    for (const size of sizes) expect(Object.values(size)).not.toContain(Number.NaN);
    const sample = sizes.find(({ table }) => table === 'sample')!;
    expect(sample.oldestMs).toBeLessThanOrEqual(midnight);
    expect(sample.newestMs).toBeGreaterThan(midnight);
    expect(sample.bytes).toBeGreaterThan(8_192);
  });
});

describe.each(storageServers)('two writers: %s', (_name, open) => {
  test('a batch that commits after a refresh looked is in the next one', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const [early, late] = [new Collector(subject), new Collector(subject)];
    const ref = early.newSeries();
    const other = ref + 1;
    const row = (of: number, second: number, value: number) => ({
      ref: of,
      timeUs: (midnight + second * 1_000) * 1_000,
      value,
    });
    // Both touch the same minute of neighbouring series, so that the second one finds it marked already.
    await early.store([row(ref, 2, 4)]);
    const reached = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const slow = late.store([row(other, 1, 2)], [], () => {
      reached.resolve();
      return letGo.promise;
    });
    await reached.promise;
    await engine.refreshRollups(later);
    const { rows: seen } = await pool.query('select sum from sample_1m');
    letGo.resolve();
    await slow;
    expect(seen).toEqual([{ sum: 4 }]);
    await engine.refreshRollups(later);
    for (const { name } of rollupTiers) {
      const { rows } = await pool.query(`select sum from ${name} order by sum`);
      expect(rows).toEqual([{ sum: 2 }, { sum: 4 }]);
    }
  });
});

describe.each(storageEngines)('retention: %s', (_name, open) => {
  test('each tier goes by its own setting; what was rolled up outlives its samples', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const retention = { rawDays: 2, minuteDays: 30, hourDays: 60, dayDays: 90, eventDays: 7 };
    const collector = new Collector(subject);
    const ref = collector.newSeries();
    const old = midnight - 20 * dayMs;
    await engine.prepare(old);
    await collector.store([{ ref, timeUs: old * 1_000, value: 5 }]);
    await collector.store([{ ref, timeUs: midnight * 1_000, value: 6 }]);
    // As if the retention had been this short all the time, but for the rollups of the old sample.
    await engine.refreshRollups(midnight + hourMs);
    await engine.prepare(midnight);
    const values = async (table: string, column: string) => {
      const { rows } = await pool.query(
        `select ${column} as value from ${table} where series_id = $1 order by 1`,
        [collector.idOf(ref)],
      );
      return rows.map(({ value }) => value as number);
    };
    expect(await engine.dropOld(midnight + hourMs, retention)).not.toEqual([]);
    expect(await values('sample', 'value')).toEqual([6]);
    expect(await values('sample_1m', 'first')).toEqual([5, 6]);

    // A late sample for a time whose samples are gone wears nothing away.
    await collector.store([{ ref, timeUs: (old + 1_000) * 1_000, value: 7 }]);
    await engine.refreshRollups(later);
    expect(await values('sample_1m', 'first')).toEqual([5, 6]);
    expect(await values('sample_1d', 'count')).toContain(1);

    await engine.dropOld(midnight + 40 * dayMs, retention);
    expect(await values('sample_1m', 'first')).toEqual([]);
    expect(await values('sample_1h', 'last')).toEqual(expect.arrayContaining([5]));
    await engine.dropOld(midnight + 1_000 * dayMs, retention);
    expect(await values('sample_1h', 'last')).toEqual([]);
    expect(await values('sample_1d', 'last')).toEqual([]);
  });

  test('the newest text of a series is never removed', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const collector = new Collector(subject);
    const [port, other] = [collector.newSeries(), collector.newSeries()];
    await engine.prepare(midnight - 40 * dayMs);
    await collector.store(
      [],
      [
        [port, midnight - 40 * dayMs, 'DOWN'],
        [port, midnight - 40 * dayMs + 5 * hourMs, 'UP'],
        [other, midnight - 40 * dayMs + 3 * hourMs, 'idle'],
        [other, midnight, 'busy'],
      ],
    );
    const texts = async () => {
      const { rows } = await pool.query(
        'select series_id, time, value from sample_text order by series_id, time',
      );
      return rows.map(({ value, time }) => [value, (time as number) - midnight] as const);
    };
    const retention = await readRetention(pool);
    const kept = [
      ['UP', -40 * dayMs + 5 * hourMs],
      ['idle', -40 * dayMs + 3 * hourMs],
      ['busy', 0],
    ];
    for (const nowMs of [midnight + hourMs, midnight + 2 * hourMs, midnight + dayMs]) {
      await engine.prepare(nowMs);
      await engine.dropOld(nowMs, retention);
      expect(await texts()).toEqual(kept);
    }
    await engine.prepare(midnight + 50 * dayMs);
    await engine.dropOld(midnight + 50 * dayMs, retention);
    expect(await texts()).toEqual([kept[0], kept[2]]);
    // What is kept for ever does not litter the table with partitions of its own.
    await collector.store([], [[port, midnight + 50 * dayMs, 'DOWN']]);
    await engine.dropOld(midnight + 120 * dayMs, retention);
    expect((await texts()).map(([value]) => value)).toEqual(['DOWN', 'busy']);
    const sizes = await engine.sizes();
    expect(sizes.find(({ table }) => table === 'sample_text')!.partitions).toBeLessThanOrEqual(2);
  });
});
