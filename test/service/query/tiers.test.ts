import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RangeQuery } from '../../../core/contract/query.ts';
import { defaultRetention, type TierRetention } from '../../../core/query/tier.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../../service/query/store-source.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { rollUpSamples } from '../../support/rollup-rows.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const endMs = Date.UTC(2026, 10, 21, 12, 34, 50);
const startMs = endMs - 3 * dayMs;
const stepMs = 20_000;
const never = new AbortController().signal;
const gauge = '/system/memory/state/used';
const counter = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';
const count = (endMs - startMs) / stepMs;
/** One of every UTC day: of two in one bucket the lesser could not be seen. */
const spikes = [777, 5_097, 9_417, count - 10];
const downwards = 5_097;
const timeAt = (at: number) => startMs + at * stepMs;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  const device = await addDeviceRow(db.pool, 'leaf-01');
  const wave = (at: number) => 1_000 + Math.round(100 * Math.sin(at / 50));
  const spike = (at: number) => (spikes.includes(at) ? 1e6 + at : wave(at));
  const lines = Array.from({ length: count }, (_, at) => ({
    timeMs: timeAt(at),
    value: at === downwards ? -spike(at) : spike(at),
    delta: spike(at),
    spanMs: stepMs,
  }));
  const kind = { kind: 'gauge', unit: '1' } as const;
  await addSamples(db.pool, await addSeries(db.pool, device, gauge, kind), lines);
  await addSamples(db.pool, await addSeries(db.pool, device, counter), lines);
  // Each rollup lags behind what it is made of.
  await rollUpSamples(db.pool, {
    minutes: endMs - 5 * minuteMs,
    hours: endMs - 2 * hourMs,
    days: endMs - dayMs,
  });
});
afterAll(async () => db[Symbol.asyncDispose]());

function ask(query: Partial<PanelQuery> & { path: string }, options: StoreSourceOptions) {
  const store = createStoreSource(db.pool, options);
  const { path, ...rest } = query;
  return createQueryRouter({ store }, { nowMs: () => endMs }).run(
    {
      selectors: [{ path }],
      function: 'value',
      fromMs: startMs,
      toMs: endMs,
      widthPx: 400,
      ...rest,
    },
    never,
  );
}

const reachingBack = (rest: Partial<TierRetention>) => ({ ...defaultRetention, ...rest });
/** What a spike at a time of the three days can be left in. */
const ages: readonly StoreSourceOptions[] = [
  {},
  { maxRawSamples: 100 },
  { maxRawSamples: 100, maxRawRows: 100 },
  { retention: reachingBack({ raw: hourMs }) },
  { retention: reachingBack({ raw: hourMs, '1m': 3 * hourMs }) },
  { retention: reachingBack({ raw: hourMs, '1m': 3 * hourMs, '1h': 36 * hourMs }) },
];

describe('rollups', () => {
  test.each([
    ['a gauge', gauge, 'value', (at: number) => (at === downwards ? -1e6 - at : 1e6 + at)],
    ['the rate of a counter', counter, 'rate', (at: number) => (1e6 + at) / 20],
  ] as const)(
    'a spike of one sample of %s is seen at every zoom level',
    async (_, path, name, valueAt) => {
      const tiersSeen = new Set<string | undefined>();
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...spikes),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.integer({ min: 16, max: 2_000 }),
          fc.constantFrom(...ages),
          async (at, before, after, widthPx, options) => {
            const fromMs = Math.floor(timeAt(at) - (timeAt(at) - startMs) * before ** 4);
            const toMs = Math.ceil(timeAt(at) + 1 + (endMs - timeAt(at)) * after ** 4);
            const query = { path, function: name, fromMs, toMs, widthPx };
            const { series, tier } = await ask(query, options);
            tiersSeen.add(tier);
            const { timesMs, values } = series[0]!;
            expect(values).toContain(valueAt(at));
            expect(values.length).toBeLessThanOrEqual(Math.min(2 * widthPx, 1_600));
            expect(timesMs).toEqual([...new Set(timesMs)].sort((left, right) => left - right));
            expect(timesMs[0]).toBeGreaterThanOrEqual(fromMs);
            expect(timesMs.at(-1)).toBeLessThan(toMs);
            expect(values).not.toContain(null);
          },
        ),
        { seed: 20_261_121, numRuns: 150 },
      );
      expect(tiersSeen).toEqual(new Set(['raw', '1m', '1h', '1d']));
    },
  );

  test('the newest samples are on screen before they are rolled up', async () => {
    const options = { retention: reachingBack({ raw: hourMs, '1m': 3 * hourMs }) };
    const { series, tier } = await ask({ path: gauge }, options);
    expect(tier).toBe('1h');
    expect(series[0]!.timesMs.at(-1)).toBeGreaterThan(endMs - hourMs);
    const minutely = { retention: reachingBack({ raw: hourMs }) };
    const close = await ask({ path: gauge, fromMs: endMs - 2 * hourMs }, minutely);
    expect(close.series[0]!.timesMs.at(-1)).toBeGreaterThan(endMs - minuteMs);
  });

  test('without any rollup yet the samples answer', async () => {
    await using fresh = await testDatabase();
    const device = await addDeviceRow(fresh.pool, 'leaf-01');
    const id = await addSeries(fresh.pool, device, gauge, { kind: 'gauge', unit: '1' });
    await addSamples(fresh.pool, id, [{ timeMs: endMs - dayMs, value: 7 }]);
    const store = createStoreSource(fresh.pool, { retention: reachingBack({ raw: hourMs }) });
    const router = createQueryRouter({ store }, { nowMs: () => endMs });
    const selectors = [{ path: gauge }];
    const range = { fromMs: startMs, toMs: endMs, widthPx: 100 };
    const { series } = await router.run({ selectors, function: 'value', ...range }, never);
    expect(series[0]!.values).toEqual([7]);
  });

  test('what a lagging rollup has still to compute comes from the samples', async () => {
    await using fresh = await testDatabase();
    const device = await addDeviceRow(fresh.pool, 'leaf-01');
    const id = await addSeries(fresh.pool, device, gauge, { kind: 'gauge', unit: '1' });
    const lines = Array.from({ length: 120 }, (_, at) => ({
      timeMs: endMs - (120 - at) * minuteMs,
      value: at,
    }));
    await addSamples(fresh.pool, id, lines);
    await rollUpSamples(fresh.pool, { minutes: endMs, hours: 0, days: 0 });
    const behind = [new Date(endMs - 20 * minuteMs - 50_000), new Date(endMs - 9 * minuteMs)];
    await fresh.pool.query('delete from sample_1m where bucket >= $1 and bucket < $2', behind);
    await fresh.pool.query(
      `insert into rollup_mark (tier, bucket, block)
       select '1m', minute, 0 from generate_series(date_trunc('minute', $1::timestamptz), $2, '1 minute') minute`,
      behind,
    );
    const store = createStoreSource(fresh.pool, { maxRawRows: 10, maxRawSamples: 10 });
    const { series, tier } = await createQueryRouter({ store }, { nowMs: () => endMs }).run(
      {
        selectors: [{ path: gauge }],
        function: 'count',
        fromMs: endMs - 2 * hourMs,
        toMs: endMs,
        widthPx: 121,
      },
      never,
    );
    expect(tier).toBe('1m');
    expect(series[0]!.values).toEqual(Array.from({ length: 120 }, () => 1));
  });

  const reductions: RangeQuery['function'][] = ['avg', 'min', 'max', 'sum', 'count', 'last'];
  test.each([
    ...reductions.map((name) => [name, gauge] as const),
    ...reductions.map((name) => [name, counter] as const),
    ['increase', counter] as const,
  ])('%s of %s is the same from rollups as from samples', async (name, path) => {
    // Buckets of half an hour, in a range that cuts minutes and hours.
    const range = { fromMs: endMs - 20 * hourMs - 7_000, toMs: endMs - 7_000 };
    const query = { path, function: name, widthPx: 41, ...range };
    const fromSamples = await ask(query, { maxRawRows: 1e9 });
    const fromRollups = await ask(query, { maxRawRows: 100 });
    expect([fromSamples.tier, fromRollups.tier]).toEqual(['raw', '1m']);
    expect(fromRollups.bucketMs).toBe(fromSamples.bucketMs);
    expect(fromRollups.series[0]!.timesMs).toEqual(fromSamples.series[0]!.timesMs);
    for (const [at, value] of fromSamples.series[0]!.values.entries())
      expect(fromRollups.series[0]!.values[at]).toBeCloseTo(value!, 6);
  });

  test('a percentile says when it is one of minutes', async () => {
    const query = { path: gauge, function: 'percentile', percentile: 50 } as const;
    expect((await ask(query, {})).note).toBeUndefined();
    const beyond = await ask(query, { retention: reachingBack({ raw: hourMs }) });
    expect(beyond.note).toMatch(/1-minute means/);
    expect(beyond.tier).toBe('1m');
  });
});
