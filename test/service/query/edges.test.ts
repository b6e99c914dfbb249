import { describe, expect, test } from 'vitest';
import { firstDerivedId, type QueryResult } from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import { queryFunctions } from '../../../core/query/measure.ts';
import { defaultRetention, type TierRetention } from '../../../core/query/tier.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../../service/query/store-source.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { rollUpSamples } from '../../support/rollup-rows.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const gauge = '/system/memory/state/used';
const level = '/components/component[name=x]/optical/state/input-power';
const never = new AbortController().signal;
const reachingBack = (rest: Partial<TierRetention>) => ({ ...defaultRetention, ...rest });

function ask(
  db: TestDatabase,
  query: Partial<PanelQuery>,
  options: StoreSourceOptions = {},
): Promise<QueryResult> {
  const router = createQueryRouter(
    { store: createStoreSource(db.pool, options) },
    { nowMs: () => noon },
  );
  const range = { fromMs: noon - hourMs, toMs: noon, widthPx: 800 };
  return router.run({ selectors: [{ path: '/' }], function: 'value', ...range, ...query }, never);
}

async function gaugeNamed(
  db: TestDatabase,
  name: string,
  lines: readonly (readonly [timeMs: number, value: number])[],
): Promise<SeriesId> {
  const device = await addDeviceRow(db.pool, name);
  const id = await addSeries(db.pool, device, gauge, { kind: 'gauge', unit: '1' });
  await addSamples(
    db.pool,
    id,
    lines.map(([timeMs, value]) => ({ timeMs, value })),
  );
  return id;
}

const everything = { top: 5, other: true, groupBy: { by: 'site' }, offsetMs: dayMs } as const;

describe('little or nothing to show', () => {
  test('an empty database answers nothing, whatever is asked', async () => {
    await using db = await testDatabase();
    for (const name of queryFunctions) {
      for (const query of [{}, everything, { fill: 'zero' } as const]) {
        const answer = await ask(db, { function: name, ...query });
        expect(answer).toMatchObject({ series: [], seriesTotal: 0, gaps: [] });
      }
    }
  });

  test('series without samples are counted and have no points', async () => {
    await using db = await testDatabase();
    await gaugeNamed(db, 'leaf-01', []);
    await createPlainEngine(db.pool).createStorage();
    for (const fromMs of [noon - hourMs, noon - 5_000 * dayMs]) {
      const answer = await ask(db, { fromMs, function: 'avg', fill: 'zero' }, { maxRawRows: 1 });
      expect(answer).toMatchObject({ series: [], seriesTotal: 1 });
    }
  });

  test.each(queryFunctions)('one sample: %s', async (name) => {
    await using db = await testDatabase();
    await gaugeNamed(db, 'leaf-01', [[noon - minuteMs, 7]]);
    const { series } = await ask(db, { function: name });
    const known: Partial<Record<typeof name, number[]>> = { count: [1], rate: [], increase: [] };
    expect(series.flatMap(({ values }) => values)).toEqual(known[name] ?? [7]);
  });

  test('a range of one millisecond holds its beginning and not its end', async () => {
    await using db = await testDatabase();
    await gaugeNamed(db, 'leaf-01', [
      [noon - 2, 1],
      [noon - 1.001, 2],
      [noon - 1, 3],
      [noon - 0.001, 4],
      [noon, 5],
    ]);
    const range = { fromMs: noon - 1, toMs: noon };
    expect((await ask(db, range)).series[0]!.values).toEqual([3, 4]);
    expect((await ask(db, { ...range, widthPx: 2 })).series[0]!.values).toEqual([3, 4]);
    expect((await ask(db, { ...range, function: 'count' })).series[0]!.values).toEqual([2]);
  });

  test('a panel of two pixels has four points at most', async () => {
    await using db = await testDatabase();
    const lines = Array.from(
      { length: 60 },
      (_, at) => [noon - hourMs + at * minuteMs + 7, at] as const,
    );
    await gaugeNamed(db, 'leaf-01', lines);
    for (const maxRawSamples of [20_000, 1]) {
      const options = { maxRawSamples };
      for (const fromMs of [noon - hourMs, noon - hourMs + 777]) {
        const { series } = await ask(db, { fromMs, toMs: noon - 300, widthPx: 2 }, options);
        expect(series[0]!.values.length).toBeLessThanOrEqual(4);
        expect(series[0]!.values[0]).toBe(fromMs === noon - hourMs ? 0 : 1);
        expect(series[0]!.values.at(-1)).toBe(59);
      }
    }
  });
});

describe('top-N', () => {
  test('of equals the same are chosen every time, and the rest is added up', async () => {
    await using db = await testDatabase();
    const ids = [];
    for (const name of ['d', 'b', 'c', 'a']) ids.push(await gaugeNamed(db, name, [[noon - 1, 7]]));
    for (let again = 0; again < 3; again += 1) {
      const { series } = await ask(db, { top: 2, other: true });
      expect(series.map(({ series: { id } }) => id).slice(0, 2)).toEqual(ids.slice(0, 2));
      expect(series[2]).toMatchObject({ other: true, members: 2, values: [14] });
    }
  });

  test('of more than there are, is all of them and no rest', async () => {
    await using db = await testDatabase();
    await gaugeNamed(db, 'a', [[noon - 1, 7]]);
    await gaugeNamed(db, 'silent', []);
    const { series, seriesTotal } = await ask(db, { top: 100, other: true });
    expect(series).toHaveLength(1);
    expect(series[0]).not.toHaveProperty('other');
    expect(seriesTotal).toBe(2);
  });
});

describe('percentiles', () => {
  test.each([
    [0, 1],
    [50, 3],
    [95, 4.8],
    [100, 5],
    [1e-9, 1],
  ])('the %f-th', async (percentile, value) => {
    await using db = await testDatabase();
    const lines = [5, 3, 1, 4, 2].map((one, at) => [noon - minuteMs + at, one] as const);
    await gaugeNamed(db, 'leaf-01', lines);
    const { series } = await ask(db, { function: 'percentile', percentile });
    expect(series[0]!.values[0]).toBeCloseTo(value, 6);
  });
});

describe('power levels', () => {
  // Some optics say −40,000 or a large number where there is no light.
  test.each([
    ['no light', [-40_000, -40_000]],
    ['no light beside some', [-40_000, -3]],
    ['nonsense', [1e9, 5]],
    ['the largest that is stored', [1e290, -1e290]],
  ])('%s does not cost the panel', async (_, levels) => {
    await using db = await testDatabase();
    for (const [at, name] of ['leaf-01', 'leaf-02'].entries()) {
      const device = await addDeviceRow(db.pool, name);
      const id = await addSeries(db.pool, device, level, { kind: 'gauge', unit: 'dB[mW]' });
      const lines = levels.map((value, place) => ({
        timeMs: noon - minuteMs * (2 + at) + place,
        value,
      }));
      await addSamples(db.pool, id, lines);
    }
    await rollUpSamples(db.pool, { minutes: noon, hours: noon, days: 0 });
    for (const options of [{}, { retention: reachingBack({ raw: 1 }) }]) {
      for (const name of ['avg', 'sum', 'max'] as const) {
        for (const query of [{ top: 1, other: true }, { groupBy: { by: 'site' } } as const]) {
          const { series } = await ask(db, { function: name, ...query }, options);
          for (const value of series.flatMap(({ values }) => values))
            expect(Number.isFinite(value ?? 0)).toBe(true);
        }
      }
    }
    const { series } = await ask(db, { function: 'max', top: 1 });
    expect(series[0]!.values[0]).toBe(Math.max(...levels));
  });

  test('no light beside some is as half the light', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const id = await addSeries(db.pool, device, level, { kind: 'gauge', unit: 'dB[mW]' });
    const lines = [-40_000, -3].map((value, at) => ({ timeMs: noon - minuteMs + at, value }));
    await addSamples(db.pool, id, lines);
    const { series } = await ask(db, { function: 'avg' });
    expect(series[0]!.values[0]).toBeCloseTo(-3 - 10 * Math.log10(2), 9);
  });
});

describe('what is kept only coarsely', () => {
  test('is found though the first series of the panel have nothing there', async () => {
    await using db = await testDatabase();
    for (let at = 0; at < 39; at += 1) await gaugeNamed(db, `leaf-${at + 10}`, []);
    const old = noon - 100 * dayMs;
    await gaugeNamed(db, 'zebra', [
      [old, 7],
      [old + 90 * dayMs, 8],
    ]);
    await rollUpSamples(db.pool, { minutes: noon, hours: noon, days: noon });
    await db.pool.query('delete from sample; delete from sample_1m');
    const retention = reachingBack({ raw: dayMs, '1m': 2 * dayMs, '1h': 30 * dayMs });
    const { series } = await ask(db, { fromMs: noon - 200 * dayMs }, { retention });
    expect(series.map(({ series: one, values }) => [one.device, values])).toEqual([
      ['zebra', [7, 7, 8, 8]],
    ]);
  });

  test('where retention cuts the range, each part comes from what still holds it', async () => {
    await using db = await testDatabase();
    const lines = Array.from({ length: 240 }, (_, at) => [noon - (240 - at) * hourMs, at] as const);
    await gaugeNamed(db, 'leaf-01', lines);
    await rollUpSamples(db.pool, { minutes: noon, hours: noon, days: noon - dayMs });
    const cut = (table: string, column: string, days: number) =>
      db.pool.query(`delete from ${table} where ${column} < $1`, [new Date(noon - days * dayMs)]);
    await cut('sample', 'time', 1);
    await cut('sample_1m', 'bucket', 3);
    await cut('sample_1h', 'bucket', 5);
    const retention = reachingBack({ raw: dayMs, '1m': 3 * dayMs, '1h': 5 * dayMs });
    const query = { fromMs: noon - 10 * dayMs, function: 'count', widthPx: 30 } as const;
    const { series, tier } = await ask(db, query, { retention, maxRawRows: 1 });
    expect(tier).toBe('1d');
    expect(series[0]!.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(240);
  });
});

describe('comparing', () => {
  test('an offset is so many milliseconds, across a change of clocks too', async () => {
    await using db = await testDatabase();
    // Berlin went back an hour on 25 October 2026 at 01:00 UTC.
    const change = Date.UTC(2026, 9, 25, 1);
    await gaugeNamed(db, 'leaf-01', [
      [change - 12 * hourMs, 1],
      [change + 12 * hourMs, 2],
    ]);
    const range = { fromMs: change + 11 * hourMs, toMs: change + 13 * hourMs };
    const { series } = await ask(db, { ...range, offsetMs: dayMs });
    expect(series.map(({ timesMs, values }) => [timesMs, values])).toEqual([
      [[change + 12 * hourMs], [2]],
      [[change + 12 * hourMs], [1]],
    ]);
  });

  test('an earlier period read from coarser rollups says so', async () => {
    await using db = await testDatabase();
    const lines = [noon - minuteMs, noon - minuteMs - 10 * dayMs].map(
      (timeMs) => [timeMs, 7] as const,
    );
    await gaugeNamed(db, 'leaf-01', lines);
    await rollUpSamples(db.pool, { minutes: noon, hours: noon, days: noon });
    const query = { function: 'percentile', offsetMs: 10 * dayMs } as const;
    const answer = await ask(db, query, { retention: reachingBack({ raw: dayMs }) });
    expect(answer.series).toHaveLength(2);
    expect(answer.tier).toBe('1m');
    expect(answer.note).toMatch(/1-minute means/);
  });

  test('series, groups and others of then and now have ids of their own', async () => {
    await using db = await testDatabase();
    for (const name of ['a', 'b', 'c', 'd']) {
      await gaugeNamed(db, name, [
        [noon - 1, 7],
        [noon - 1 - dayMs, 6],
      ]);
    }
    const { series } = await ask(db, { ...everything, groupBy: { by: 'device' }, top: 2 });
    const ids = series.map(({ series: { id } }) => id);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
    expect(ids.every((id) => id >= firstDerivedId)).toBe(true);
    for (const { earlier } of series.slice(3)) expect(ids.slice(0, 3)).toContain(earlier!.seriesId);
  });
});

describe('a query that takes too long', () => {
  test('is ended by the server, with a sentence', async () => {
    await using db = await testDatabase();
    await gaugeNamed(db, 'leaf-01', [[noon - 1, 7]]);
    using blocker = await db.connect();
    await blocker.query('begin; lock table sample in access exclusive mode');
    await expect(ask(db, {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'QUERY_TIMEOUT' });
    await blocker.query('rollback');
  });

  test.each([
    ['finding series', 'series', 'findSeries'],
    ['finding places', 'site', 'places'],
    ['finding gaps', 'gap', 'gaps'],
    ['finding newest values', 'series_last', 'latest'],
  ] as const)('%s ends in the database when nobody waits for it', async (_, table, method) => {
    await using db = await testDatabase();
    await gaugeNamed(db, 'leaf-01', [[noon - 1, 7]]);
    const source = createStoreSource(db.pool);
    const series = await source.findSeries([{ path: '/' }], never);
    using blocker = await db.connect();
    await blocker.query(`begin; lock table ${table} in access exclusive mode`);
    const controller = new AbortController();
    const { signal } = controller;
    const range = { fromMs: noon - hourMs, toMs: noon };
    const running = {
      findSeries: () => source.findSeries([{ path: '/' }], signal),
      places: () => source.places([series[0]!.deviceId], signal),
      gaps: () => source.gaps({ series, range, nowMs: noon }, signal),
      latest: () => source.latest(series, signal),
    }[method]();
    const waiting = async () => {
      const { rows } = await db.pool.query<{ n: number }>(
        `select count(*) as n from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0]!.n;
    };
    while ((await waiting()) === 0);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(await waiting()).toBe(0);
    await blocker.query('rollback');
  });
});
