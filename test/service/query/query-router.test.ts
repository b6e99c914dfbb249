import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../../service/query/store-source.ts';
import type { DatabasePool } from '../../../service/store/connection/pool.ts';
import { upsertSeriesLast } from '../../../service/store/reading/series-last.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const counters = '/interfaces/interface/state/counters';
const port = (name: string, leaf: string) =>
  `/interfaces/interface[name=${name}]/state/counters/${leaf}`;
const never = new AbortController().signal;

function routerOn(pool: DatabasePool, options?: StoreSourceOptions) {
  return createQueryRouter({ store: createStoreSource(pool, options) }, systemClock);
}

function query(parts: Partial<PanelQuery> & { path?: string }): PanelQuery {
  const { path = counters, ...rest } = parts;
  return {
    selectors: [{ path }],
    function: 'rate',
    fromMs: noon,
    toMs: noon + 900_000,
    widthPx: 800,
    ...rest,
  };
}

/** Counter samples every 5 s, each with the delta given. */
function counted(deltas: readonly (number | null)[], everyMs = 5_000) {
  return deltas.map((delta, at) => ({
    timeMs: noon + at * everyMs,
    value: at,
    delta,
    spanMs: delta === null ? null : everyMs,
  }));
}

describe('querying the store', () => {
  test('rates are exact, and the line breaks where none is known', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const id = await addSeries(db.pool, device, port('Ethernet1/1', 'in-octets'));
    await addSamples(db.pool, id, counted([null, 5_000, 0, null, 12_345, 1]));
    const result = await routerOn(db.pool).run(query({}), never);
    expect(result).toMatchObject({
      seriesTotal: 1,
      bucketMs: 0,
      series: [
        {
          series: {
            id,
            device: 'leaf-01',
            metric: `${counters}/in-octets`,
            keys: { 'interface/name': 'Ethernet1/1' },
            kind: 'counter',
            unit: 'By',
          },
          timesMs: [5, 10, 15, 20, 25].map((s) => noon + s * 1_000),
          values: [1_000, 0, null, 2_469, 0.2],
        },
      ],
    });
  });

  test('an outage of a gauge breaks the line', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const path = '/components/component[name=CPU]/state/temperature/instant';
    const id = await addSeries(db.pool, device, path, { kind: 'gauge', unit: 'Cel' });
    const seconds = [0, 10, 20, 30, 40, 100, 110];
    await addSamples(
      db.pool,
      id,
      seconds.map((s) => ({ timeMs: noon + s * 1_000, value: s })),
    );
    const { series } = await routerOn(db.pool).run(
      query({ path: '/components', function: 'value' }),
      never,
    );
    expect(series[0]?.values).toEqual([0, 10, 20, 30, 40, null, 100, 110]);
  });

  test.each([
    ['here', 20_000],
    ['in the database', 1_000],
  ])('a spike of one sample among thousands stays when thinned %s', async (_, maxRawSamples) => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const id = await addSeries(db.pool, device, port('Ethernet1/1', 'in-octets'));
    const deltas = Array.from({ length: 9_000 }, (__, at) => (at === 4_321 ? 5e9 : 100 + (at % 7)));
    await addSamples(db.pool, id, counted(deltas, 1_000));
    const range = { toMs: noon + 9_000_000, widthPx: 200 };
    const result = await routerOn(db.pool, { maxRawSamples }).run(query(range), never);
    const { timesMs, values } = result.series[0]!;
    expect(result.bucketMs).toBeGreaterThan(0);
    expect(values.length).toBeLessThanOrEqual(400);
    expect(values.length).toBeGreaterThan(300);
    expect(values[timesMs.indexOf(noon + 4_321_000)]).toBe(5e9);
    expect(values).not.toContain(null);
  });

  test('thinned here or in the database the points are the same, gaps included', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const id = await addSeries(db.pool, device, port('Ethernet1/1', 'in-octets'));
    const deltas = Array.from({ length: 3_000 }, (_, at) =>
      at > 1_000 && at < 1_400 ? null : Math.round(1e6 * Math.sin(at * at)),
    );
    await addSamples(
      db.pool,
      id,
      counted(deltas, 1_000).filter(({ delta }) => delta !== null),
    );
    const range = { toMs: noon + 3_000_000, widthPx: 150 };
    const [exact, inDatabase] = await Promise.all(
      [20_000, 100].map((maxRawSamples) =>
        routerOn(db.pool, { maxRawSamples }).run(query(range), never),
      ),
    );
    expect(inDatabase!.series).toEqual(exact!.series);
    expect(exact!.series[0]!.values).toContain(null);
  });

  test('the highest N by mean over the whole range come, highest first', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const ids = [];
    for (const [at, delta] of [10, 30, 20].entries()) {
      const id = await addSeries(db.pool, device, port(`Ethernet${at}`, 'in-octets'));
      // One early peak does not make the highest mean.
      await addSamples(db.pool, id, counted([at === 0 ? 50 : delta, delta, delta, delta, delta]));
      ids.push(id);
    }
    const result = await routerOn(db.pool).run(query({ top: 2 }), never);
    expect(result.series.map(({ series }) => series.id)).toEqual([ids[1], ids[2]]);
    expect(result.seriesTotal).toBe(3);
  });

  test('many series share the points of a panel', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    for (let at = 0; at < 30; at += 1) {
      const id = await addSeries(db.pool, device, port(`Ethernet${at}`, 'in-octets'));
      await addSamples(db.pool, id, counted(Array.from({ length: 180 }, () => at)));
    }
    const { series } = await routerOn(db.pool).run(query({}), never);
    expect(series).toHaveLength(30);
    expect(series.reduce((sum, { values }) => sum + values.length, 0)).toBeLessThanOrEqual(1_600);
  });

  test('a rate of what is no counter is not made up', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    await addSeries(db.pool, device, '/system/memory/state/used', { kind: 'gauge' });
    expect(await routerOn(db.pool).run(query({ path: '/' }), never)).toMatchObject({
      series: [],
      seriesTotal: 0,
    });
  });

  test('newest values come from the whole fleet, texts included', async () => {
    await using db = await testDatabase();
    const path = '/interfaces/interface[name=Ethernet1/1]/state/oper-status';
    for (const name of ['leaf-02', 'leaf-01']) {
      const device = await addDeviceRow(db.pool, name);
      const seriesId = await addSeries(db.pool, device, path, { kind: 'state', unit: '1' });
      const text = name === 'leaf-01' ? 'UP' : 'DOWN';
      await upsertSeriesLast(db.pool, [{ seriesId, timeUs: noon * 1_000, value: null, text }]);
    }
    const selectors = [{ path: '/interfaces/interface/state/oper-status' }];
    const found = await routerOn(db.pool).latest({ selectors, limit: 10 }, never);
    expect(found.map(({ series, text, timeMs }) => [series.device, text, timeMs])).toEqual([
      ['leaf-01', 'UP', noon],
      ['leaf-02', 'DOWN', noon],
    ]);
  });

  test('a range that makes no sense is refused', async () => {
    await using db = await testDatabase();
    const refused = expect.objectContaining({ code: 'INPUT_INVALID' }) as Error;
    const router = routerOn(db.pool);
    await expect(router.run(query({ toMs: noon }), never)).rejects.toThrow(refused);
    await expect(router.run(query({ toMs: Infinity }), never)).rejects.toThrow(refused);
    await expect(router.run(query({ toMs: 1e300 }), never)).rejects.toThrow(refused);
    await expect(router.run(query({ path: '/a[b' }), never)).rejects.toMatchObject({
      code: 'PATH_INVALID',
    });
  });
});

describe('selecting series', () => {
  async function network(db: TestDatabase): Promise<Record<string, DeviceId>> {
    const ids: Record<string, DeviceId> = {};
    for (const name of ['leaf-01', 'leaf-02', 'spine_01', 'a%b']) {
      const device = await addDeviceRow(db.pool, name);
      ids[name] = device;
      for (const leaf of ['in-octets', 'out-octets']) {
        await addSeries(db.pool, device, port('Ethernet1/1', leaf));
        await addSeries(db.pool, device, port('Ethernet1/10', leaf));
      }
      await addSeries(
        db.pool,
        device,
        '/interfaces-old/interface[name=x]/state/counters/in-octets',
      );
    }
    return ids;
  }

  test.each([
    ['a leaf without its keys', { path: `${counters}/in-octets` }, 8],
    ['a container, by element and not by text', { path: '/interfaces' }, 16],
    ['one key', { path: port('Ethernet1/1', 'in-octets') }, 4],
    ['a wildcard key', { path: port('*', 'in-octets') }, 8],
    ['a wildcard name', { path: '/interfaces/*/state/counters/*' }, 16],
    ['any depth', { path: '/.../in-octets' }, 12],
    ['everything', { path: '/' }, 20],
    ['devices by name', { path: '/', devices: ['leaf-01'] }, 5],
    ['devices by pattern', { path: '/', devices: ['leaf-*', 'spine*'] }, 15],
    ['a per cent sign for itself', { path: '/', devices: ['a%b'] }, 5],
    ['an underscore for itself', { path: '/', devices: ['leaf_01'] }, 0],
    ['a dot for itself', { path: '/', devices: ['leaf.0*'] }, 0],
    ['an unknown path', { path: '/nowhere' }, 0],
    ['text that looks like SQL', { path: `/'; drop table series; --` }, 0],
  ])('%s', async (_, selector, count) => {
    await using db = await testDatabase();
    await network(db);
    const found = await createStoreSource(db.pool).findSeries([selector], never);
    expect(found).toHaveLength(count);
  });

  test('by device id; each series once when two selectors name it; none of removed devices', async () => {
    await using db = await testDatabase();
    const ids = await network(db);
    const source = createStoreSource(db.pool);
    const selectors = [{ path: '/', deviceIds: [ids['leaf-01']!] }, { path: '/interfaces' }];
    const found = await source.findSeries(selectors, never);
    expect(found).toHaveLength(17);
    expect(found.map(({ device, path }) => `${device} ${path}`)).toEqual(
      found.map(({ device, path }) => `${device} ${path}`).toSorted(),
    );
    await db.pool.query(`update device set retired_at = now() where name = 'leaf-01'`);
    expect(await source.findSeries(selectors, never)).toHaveLength(12);
  });

  test('more series than can be handled are refused with what to do', async () => {
    await using db = await testDatabase();
    await network(db);
    const source = createStoreSource(db.pool, { maxSeries: 10 });
    await expect(source.findSeries([{ path: '/interfaces' }], never)).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: '"/interfaces" names more than 10 series: narrow the path or the devices',
    });
  });
});
