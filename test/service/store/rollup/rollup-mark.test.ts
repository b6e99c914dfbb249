import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWatchedPool } from '../../../../bench/size/plan-watch.ts';
import type { StatementPlan } from '../../../../bench/size/statement-plan.ts';
import type { SeriesId } from '../../../../core/id.ts';
import type { DatabasePool } from '../../../../service/store/connection/pool.ts';
import { readCoverages } from '../../../../service/store/reading/tier-coverage.ts';
import {
  blockSize,
  lastPlace,
  type Mark,
  takeMarks,
} from '../../../../service/store/rollup/rollup-mark.ts';
import { moveCutWithin, refreshByMarks } from '../../../../service/store/rollup/rollup-refresh.ts';
import { rollupTiers } from '../../../../service/store/storage/storage-tables.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';

const minuteMs = 60_000;
const midnight = Date.UTC(2026, 10, 21);
const [minutes] = rollupTiers;
const newestMark = { bucketMs: Infinity, block: 0 };

async function mark(pool: DatabasePool, tier: string, timeMs: number, block: number) {
  await pool.query('insert into rollup_mark (tier, bucket, block) values ($1, $2, $3)', [
    tier,
    new Date(timeMs),
    block,
  ]);
}

describe('a queue of very many marks', () => {
  const waiting = { minutes: 5_000, blocks: 40 };
  const nowMs = midnight + waiting.minutes * minuteMs;
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
    await db.pool.query(
      `insert into rollup_mark (tier, bucket, block)
       select '1m', 'epoch'::timestamptz + ($1::float8 + at * ${minuteMs}) * interval '1 ms', block
       from generate_series(0, ${waiting.minutes - 1}) at, generate_series(0, ${waiting.blocks - 1}) block`,
      [midnight],
    );
  });
  afterAll(async () => db[Symbol.asyncDispose]());

  /** Rows of marks that a statement looked at, in whatever way. */
  function marksRead(plans: readonly StatementPlan[]): number {
    const scans = plans.flatMap((plan) => plan.scans);
    return scans
      .filter(({ relation }) => relation === 'rollup_mark')
      .reduce((sum, { rows }) => sum + rows, 0);
  }

  test('is taken piece by piece, newest first, each from its own part of the index', async () => {
    await using watched = createWatchedPool(db.url, { applicationName: 'test', size: 1 });
    const { pool } = watched;
    let after = newestMark;
    const taken: Mark[] = [];
    for (let piece = 0; piece < 5; piece += 1) {
      const marks = await takeMarks(pool, minutes!, { nowMs, limit: 256, after });
      expect(marksRead(watched.taken())).toBeLessThan(3 * 256);
      after = lastPlace(marks);
      taken.push(...marks);
    }
    const oldest = nowMs - (taken.length / waiting.blocks) * minuteMs;
    expect(taken).toHaveLength(5 * 256);
    expect(new Set(taken.map(({ bucketMs, block }) => `${bucketMs} ${block}`)).size).toBe(1_280);
    expect(Math.min(...taken.map(({ bucketMs }) => bucketMs))).toBe(oldest);
  });

  test('costs a query no more than what waits of its own series', async () => {
    await using watched = createWatchedPool(db.url, { applicationName: 'test', size: 1 });
    const { pool } = watched;
    await pool.query(
      `insert into sample_1m (series_id, bucket, count, sum, min, max, first, last)
       values (1, $1, 1, 1, 1, 1, 1, 1)`,
      [new Date(nowMs - minuteMs)],
    );
    watched.taken();
    const uncut = { raw: -Infinity, '1m': -Infinity, '1h': -Infinity, '1d': -Infinity };
    const range = { fromMs: midnight, toMs: nowMs };
    const rollups = ['1m', '1h', '1d'] as const;
    const others = (waiting.blocks + 1) * blockSize;
    await readCoverages(pool, { rollups, seriesIds: [others as SeriesId], range, cutMs: uncut });
    const plans = watched.taken();
    expect(marksRead(plans)).toBe(0);
    expect(plans.reduce((sum, { pages }) => sum + pages, 0)).toBeLessThan(100);
    // Of its own it is told the newest one by one.
    await readCoverages(pool, { rollups, seriesIds: [1 as SeriesId], range, cutMs: uncut });
    expect(marksRead(watched.taken())).toBe(1_000);
  });
});

test('a bucket that is still open is taken once it has waited, a closed one at once', async () => {
  await using db = await testDatabase();
  const nowMs = midnight + 10 * minuteMs + 30_000;
  for (const at of [8, 9, 10]) await mark(db.pool, '1m', midnight + at * minuteMs, at);
  const waited = (ms: number) =>
    db.pool.query('update rollup_mark set marked_at = $1', [new Date(nowMs - ms)]);
  const take = () => takeMarks(db.pool, minutes!, { nowMs, limit: 10, after: newestMark });
  await waited(9_000);
  expect(new Set((await take()).map(({ block }) => block))).toEqual(new Set([8, 9]));
  await waited(10_000);
  expect(await take()).toEqual([{ bucketMs: midnight + 10 * minuteMs, block: 10 }]);
  expect(await take()).toEqual([]);
});

test('coarser tiers need not wait until all of a backlog is done', async () => {
  await using db = await testDatabase();
  const nowMs = midnight + 86_400_000;
  await db.pool.query(
    `insert into sample (time, series_id, value)
     select 'epoch'::timestamptz + ($1::float8 + at * ${minuteMs}) * interval '1 ms', 1, at
     from generate_series(0, 599) at`,
    [midnight],
  );
  for (let at = 0; at < 600; at += 1) await mark(db.pool, '1m', midnight + at * minuteMs, 0);
  const count = async (table: string, tier: string) => {
    const { rows } = await db.pool.query<{ rolled: number; waiting: number }>(
      `select (select count(*) from ${table}) as rolled,
         (select count(*) from rollup_mark where tier = $1) as waiting`,
      [tier],
    );
    return rows[0]!;
  };
  // It is asked before each piece, and wants to stop at the seventh.
  let asked = 0;
  const signal = {
    get aborted() {
      return (asked += 1) > 6;
    },
  } as AbortSignal;
  await refreshByMarks(db.pool, nowMs, { signal, marksAPiece: 30, piecesARound: 4 });
  expect(await count('sample_1m', '1m')).toEqual({ rolled: 120, waiting: 480 });
  expect(await count('sample_1h', '1h')).toEqual({ rolled: 2, waiting: 0 });
  await refreshByMarks(db.pool, nowMs, { marksAPiece: 30, piecesARound: 4 });
  expect(await count('sample_1m', '1m')).toEqual({ rolled: 600, waiting: 0 });
  expect(await count('sample_1h', '1h')).toEqual({ rolled: 10, waiting: 0 });
  const { rows } = await db.pool.query<{ count: number }>('select count from sample_1d');
  expect(rows).toEqual([{ count: 600 }]);
});

test('before the cut of its source a bucket gains what is more, and loses nothing', async () => {
  await using db = await testDatabase();
  const nowMs = midnight + 86_400_000;
  const store = async (minute: number, values: readonly number[]) => {
    const timeMs = midnight + minute * minuteMs;
    await db.pool.query(
      `insert into sample (time, series_id, value) select $1, 1, value from unnest($2::float8[]) value`,
      [new Date(timeMs), values],
    );
    await mark(db.pool, '1m', timeMs, 0);
    await refreshByMarks(db.pool, nowMs);
  };
  const rolled = async (table: string) => {
    const { rows } = await db.pool.query<{ count: number }>(
      `select count from ${table} order by bucket`,
    );
    return rows.map(({ count }) => count);
  };
  await store(1, [1, 2, 3]);
  await db.pool.query('delete from sample');
  await moveCutWithin(db.pool, 'sample', nowMs);
  await store(1, [4]);
  expect(await rolled('sample_1m')).toEqual([3]);
  await store(2, [5]);
  await store(2, [6, 7]);
  expect([await rolled('sample_1m'), await rolled('sample_1d')]).toEqual([[3, 3], [6]]);
  await store(1, [8, 9, 10]);
  expect([await rolled('sample_1m'), await rolled('sample_1d')]).toEqual([[4, 3], [7]]);
});
