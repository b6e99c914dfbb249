/** Nothing is dropped that its rollups do not hold, whatever did not run before, and whatever comes in between. */
import type { Pool } from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import type { StorageEngine } from '../../../../service/store/storage/storage-engine.ts';
import type { Retention } from '../../../../service/store/storage/retention-settings.ts';
import {
  Collector,
  storageEngines,
  storageServers,
  type StorageSubject,
} from '../../../support/storage-subject.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 2026-11-21 12:34 UTC */
const nowMs = Date.UTC(2026, 10, 21, 12, 34);
const short: Retention = { rawDays: 2, minuteDays: 7, hourDays: 14, dayDays: 90, eventDays: 7 };

async function countIn(pool: Pool, table: string, seriesId: number): Promise<number> {
  const rows = table === 'sample' ? 'count(*)' : 'coalesce(sum(count), 0)';
  const found = await pool.query<{ count: number }>(
    `select ${rows}::int as count from ${table} where series_id = $1`,
    [seriesId],
  );
  return found.rows[0]!.count;
}

/** A sample at each age. */
async function storeAges(
  subject: StorageSubject,
  agesMs: readonly number[],
): Promise<{ id: number; ref: number; collector: Collector }> {
  const collector = new Collector(subject);
  const ref = collector.newSeries();
  await collector.store(
    agesMs.map((ageMs) => ({ ref, timeUs: (nowMs - ageMs) * 1_000, value: 1 })),
  );
  return { id: collector.idOf(ref), ref, collector };
}

describe.each(storageEngines)('what is dropped is rolled up: %s', (_name, open) => {
  test('though no refresh ever ran', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const { id } = await storeAges(subject, [5 * dayMs, hourMs]);
    await engine.dropOld(nowMs, { ...short, minuteDays: 30, hourDays: 60 });
    expect(await countIn(pool, 'sample', id)).toBe(1);
    await engine.refreshRollups(nowMs + hourMs);
    expect(await countIn(pool, 'sample_1m', id)).toBe(2);
    expect(await countIn(pool, 'sample_1h', id)).toBe(2);
  });

  test('though history came in, and its retention was shortened before anything else ran', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const ages = Array.from({ length: 24 }, (_, at) => at * 37 * hourMs);
    const { id } = await storeAges(subject, ages);
    await engine.dropOld(nowMs, short);
    expect(await countIn(pool, 'sample', id)).toBeLessThan(10);
    expect(await countIn(pool, 'sample_1m', id)).toBeLessThan(24);
    await engine.refreshRollups(nowMs + dayMs);
    expect(await countIn(pool, 'sample_1d', id)).toBe(24);
  });

  test('also what came late, a moment before it was too old', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const { id, ref, collector } = await storeAges(subject, [4 * dayMs, 3.9 * dayMs]);
    await engine.refreshRollups(nowMs);
    await collector.store([{ ref, timeUs: (nowMs - 3.95 * dayMs) * 1_000, value: 1 }]);
    await engine.dropOld(nowMs, short);
    expect(await countIn(pool, 'sample', id)).toBe(0);
    await engine.refreshRollups(nowMs);
    for (const table of ['sample_1m', 'sample_1h', 'sample_1d']) {
      expect(await countIn(pool, table, id)).toBe(3);
    }
  });
});

describe.each(storageServers)('what comes in while it is dropped: %s', (_name, open) => {
  test('is rolled up as well', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    await engine.prepare(nowMs - 4 * dayMs);
    const { id, ref, collector } = await storeAges(subject, [4 * dayMs]);
    const reached = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const late = { ref, timeUs: (nowMs - 4 * dayMs + 1_000) * 1_000, value: 1 };
    const writing = collector.store([late], [], () => {
      reached.resolve();
      return letGo.promise;
    });
    await reached.promise;
    const dropping = dropUntilDone(engine);
    // It has rolled up what it saw, and waits for whoever writes to what is to go.
    await vi.waitFor(async () => {
      const { rowCount } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
         and query ~ 'detach partition|access exclusive'`,
      );
      expect(rowCount).toBe(1);
    }, 20_000);
    letGo.resolve();
    await writing;
    await dropping;
    expect(await countIn(pool, 'sample', id)).toBe(0);
    expect(await countIn(pool, 'sample_1m', id)).toBe(2);
  });
});

/** As the job does: what somebody held is tried again. */
async function dropUntilDone(engine: StorageEngine): Promise<void> {
  for (;;) {
    const held = await engine.dropOld(nowMs, short).then(
      () => null,
      (error: Error) => error,
    );
    if (held === null) return;
    expect(held.message).toMatch(/have to wait|lock timeout/);
  }
}

test('plain: a partition stays as long as its marks cannot be worked off', async () => {
  const [, open] = storageServers[0]!;
  await using subject = await open();
  const { pool } = subject;
  await subject.engine.prepare(nowMs - 4 * dayMs);
  const { id } = await storeAges(subject, [4 * dayMs]);
  await pool.query('alter table sample_1m rename to elsewhere');
  const engine = createPlainEngine(pool);
  await expect(engine.dropOld(nowMs, short)).rejects.toThrow(/sample_1m/);
  await pool.query('alter table elsewhere rename to sample_1m');
  expect(await countIn(pool, 'sample', id)).toBe(1);
  await engine.dropOld(nowMs, short);
  expect(await countIn(pool, 'sample', id)).toBe(0);
  expect(await countIn(pool, 'sample_1m', id)).toBe(1);
});
