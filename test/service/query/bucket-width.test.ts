import { describe, expect, test } from 'vitest';
import { defaultRetention } from '../../../core/query/tier.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../../service/query/store-source.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { rollUpSamples } from '../../support/rollup-rows.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;
const nowMs = noon + 10 * minuteMs;
const counter = '/interfaces/interface[name=Ethernet1]/state/counters/in-octets';
const never = new AbortController().signal;
const byTag = { by: 'tag', name: 'none' } as const;

/** A counter that grows by 100 a second. */
async function portOf(
  db: TestDatabase,
  device: string,
  { everyMs, phaseMs = 0, fromMs = noon }: { everyMs: number; phaseMs?: number; fromMs?: number },
) {
  const id = await addSeries(db.pool, await addDeviceRow(db.pool, device), counter);
  const lines = [];
  for (let timeMs = fromMs + phaseMs; timeMs < nowMs; timeMs += everyMs)
    lines.push({ timeMs, value: 1, delta: everyMs / 10, spanMs: everyMs });
  await addSamples(db.pool, id, lines);
}

/** Ten minutes, more pixels than samples. */
function ask(db: TestDatabase, query: Partial<PanelQuery>, options: StoreSourceOptions = {}) {
  const store = createStoreSource(db.pool, options);
  return createQueryRouter({ store }, { nowMs: () => nowMs }).run(
    {
      selectors: [{ path: counter }],
      function: 'rate',
      fromMs: noon,
      toMs: nowMs,
      widthPx: 800,
      ...query,
    },
    never,
  );
}

/** Without the ends, where a bucket may be cut. */
const middle = (values: readonly (number | null)[] | undefined) => values!.slice(1, -1);
const all = (value: number) => (values: (number | null)[]) =>
  values.length > 3 && values.every((one) => Math.abs(one! - value) < 1e-6);

describe('buckets of several series', () => {
  test('hold a sample of each of them, so that no sum is too small', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 5_000 });
    await portOf(db, 'leaf-02', { everyMs: 5_000, phaseMs: 2_500 });
    await portOf(db, 'leaf-03', { everyMs: 30_000, phaseMs: 7_000 });
    const { series, bucketMs } = await ask(db, { groupBy: byTag });
    expect(bucketMs).toBe(60_000);
    expect(middle(series[0]!.values)).toSatisfy(all(300));
  });

  test('are as wide whatever the jitter, so that they begin where they began', async () => {
    await using db = await testDatabase();
    const widths = new Set<number>();
    for (const everyMs of [9_985, 10_003, 10_014]) {
      await db.pool.query('truncate sample, series');
      await portOf(db, `leaf-${everyMs}`, { everyMs });
      await portOf(db, `spine-${everyMs}`, { everyMs, phaseMs: 3_000 });
      widths.add((await ask(db, { groupBy: byTag })).bucketMs);
    }
    expect([...widths]).toEqual([30_000]);
  });

  test('by samples before the range where it holds few', async () => {
    await using db = await testDatabase();
    const old = { everyMs: 4 * minuteMs, fromMs: noon - 60 * minuteMs };
    await portOf(db, 'leaf-01', old);
    await portOf(db, 'leaf-02', { ...old, phaseMs: 2 * minuteMs });
    const { series, bucketMs } = await ask(db, { groupBy: byTag });
    expect(bucketMs).toBe(5 * minuteMs);
    expect(series[0]!.values).toSatisfy(
      (values: number[]) => values.length > 0 && values.every((one) => one === 200),
    );
  });

  test('so do those of what a top-N leaves out', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 5_000 });
    await portOf(db, 'leaf-02', { everyMs: 10_000 });
    await portOf(db, 'leaf-03', { everyMs: 10_000, phaseMs: 5_000 });
    const { series } = await ask(db, { top: 1, other: true });
    expect(middle(series.find(({ other }) => other)?.values)).toSatisfy(all(200));
  });

  test('by rows of a minute where the samples are gone', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: minuteMs });
    await portOf(db, 'leaf-02', { everyMs: 2 * minuteMs });
    await rollUpSamples(db.pool, { minutes: nowMs, hours: noon, days: noon });
    await db.pool.query('delete from sample');
    const retention = { ...defaultRetention, raw: 0 };
    const { series, bucketMs } = await ask(db, { groupBy: byTag }, { retention });
    expect(bucketMs).toBe(5 * minuteMs);
    expect(series[0]!.values).toSatisfy(
      (values: number[]) => values.length > 1 && values.every((one) => one === 200),
    );
  });
});

describe('buckets of totals', () => {
  test('are no narrower than what they are of', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 30_000 });
    const { series, bucketMs } = await ask(db, { function: 'increase' });
    expect(bucketMs).toBe(60_000);
    expect(middle(series[0]!.values)).toSatisfy(all(6_000));
  });

  test('of increases hold so many samples that one more is no peak', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 5_000 });
    await portOf(db, 'leaf-02', { everyMs: 5_000, phaseMs: 1_000 });
    // Pixels of 11 s, in which there would be two samples or three.
    const query = { function: 'increase', widthPx: 70 } as const;
    for (const groupBy of [undefined, byTag]) {
      const { series, bucketMs } = await ask(db, { ...query, ...(groupBy && { groupBy }) });
      expect(bucketMs).toBe(minuteMs);
      expect(middle(series[0]!.values)).toSatisfy(all(groupBy === undefined ? 6_000 : 12_000));
    }
  });

  test('of what comes seldom stay narrow, and say when it came', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 9 * minuteMs, fromMs: noon - 60 * minuteMs });
    const { series, bucketMs } = await ask(db, { function: 'count' });
    expect(bucketMs).toBeLessThan(5_000);
    expect(series[0]!.values.filter((value) => value !== null)).toEqual([1]);
  });

  test('means of a single series stay as narrow as the pixels', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 30_000 });
    expect((await ask(db, { function: 'avg' })).bucketMs).toBeLessThan(2_000);
  });

  test('are as wide now as earlier, when only rows of a minute were kept', async () => {
    await using db = await testDatabase();
    await portOf(db, 'leaf-01', { everyMs: 5_000, fromMs: noon - 60 * minuteMs });
    await rollUpSamples(db.pool, { minutes: nowMs, hours: noon, days: noon - 3_600_000 });
    const retention = { ...defaultRetention, raw: 30 * minuteMs };
    const query = { function: 'increase', offsetMs: 40 * minuteMs } as const;
    const { series, bucketMs } = await ask(db, query, { retention });
    expect(bucketMs).toBe(minuteMs);
    for (const { values } of series) expect(middle(values)).toSatisfy(all(6_000));
    expect(series).toHaveLength(2);
  });
});

test('too many samples for a group are read from rows of a minute, however wide the panel', async () => {
  await using db = await testDatabase();
  await portOf(db, 'leaf-01', { everyMs: 5_000 });
  await portOf(db, 'leaf-02', { everyMs: 5_000 });
  await rollUpSamples(db.pool, { minutes: nowMs, hours: noon, days: noon });
  const grouped = await ask(db, { groupBy: byTag }, { maxRawRows: 100 });
  expect(grouped).toMatchObject({ tier: '1m', bucketMs: minuteMs });
  expect(middle(grouped.series[0]!.values)).toSatisfy(all(200));
});
