import { describe, expect, test } from 'vitest';
import { answerNote } from '../../../../service/query/answer-note.ts';
import { readStaleSpan } from '../../../../service/store/rollup/rollup-staleness.ts';
import { rollupTiers } from '../../../../service/store/storage/storage-tables.ts';
import { Collector, storageEngines } from '../../../support/storage-subject.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** 2026-11-21 12:00 UTC */
const nowMs = Date.UTC(2026, 10, 21, 12);
const lateMs = nowMs - 3 * dayMs;

const byDatabase = storageEngines.filter(([name]) => /^timescale(?!, Apache)/.test(name));

/** Where a job keeps them, what rollups lack is read from below: test/service/query/reach.test.ts. */
describe.each(byDatabase)('what rollups do not show yet: %s', (_name, open) => {
  test('late and imported samples, until each tier has been refreshed', async () => {
    await using subject = await open();
    const { pool, engine } = subject;
    const collector = new Collector(subject);
    const ref = collector.newSeries();
    const store = (...timesMs: number[]) =>
      collector.store(timesMs.map((timeMs) => ({ ref, timeUs: timeMs * 1_000, value: 1 })));
    const stale = (tier: '1m' | '1h' | '1d', fromMs = nowMs - 10 * dayMs) =>
      readStaleSpan(pool, { tier, range: { fromMs, toMs: nowMs }, nowMs });
    await store(nowMs - 5 * dayMs, lateMs, nowMs - 2 * hourMs, nowMs - minuteMs);
    await engine.refreshRollups(nowMs);
    for (const tier of ['1m', '1h', '1d'] as const) expect(await stale(tier)).toBeNull();

    await store(lateMs + 5 * minuteMs);
    for (const tier of ['1m', '1h', '1d'] as const) {
      const span = (await stale(tier))!;
      expect(span.fromMs).toBeGreaterThan(lateMs - hourMs);
      expect(span.fromMs).toBeLessThanOrEqual(lateMs + 5 * minuteMs);
      expect(span.toMs).toBeGreaterThanOrEqual(lateMs + 5 * minuteMs);
      expect(span.toMs).toBeLessThan(lateMs + hourMs);
    }
    expect(await stale('1d', lateMs + 2 * dayMs)).toBeNull();
    await engine.refreshRollups(nowMs);
    for (const { name, tier } of rollupTiers) {
      expect(await stale(tier)).toBeNull();
      const { rows } = await pool.query(
        `select sum(count)::int as count from ${name} where bucket < '2026-11-21 00:00Z'`,
      );
      expect(rows).toEqual([{ count: 3 }]);
    }
  });

  test('what came a moment ago is no news', async () => {
    await using subject = await open();
    const collector = new Collector(subject);
    const ref = collector.newSeries();
    await collector.store([{ ref, timeUs: (nowMs - hourMs) * 1_000, value: 1 }]);
    await subject.engine.refreshRollups(nowMs);
    await collector.store([{ ref, timeUs: (nowMs - 5 * minuteMs) * 1_000, value: 1 }]);
    const range = { fromMs: nowMs - dayMs, toMs: nowMs };
    expect(await readStaleSpan(subject.pool, { tier: '1m', range, nowMs })).toBeNull();
  });
});

test('an answer of such rows says so', () => {
  const answered = { lines: [], query: { function: 'avg' }, tier: '1d' } as const;
  const stale = { fromMs: lateMs, toMs: lateMs + hourMs };
  expect(answerNote({ ...answered, stale })).toEqual({
    note: 'Samples of 2026-11-18 12:00 to 2026-11-18 13:00 UTC came late, and are not in these rows of a day yet.',
  });
  expect(answerNote({ ...answered, stale: null })).toEqual({});
  expect(answerNote({ ...answered, tier: 'raw', stale })).toEqual({});
});
