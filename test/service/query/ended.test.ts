/** Series that ended are not counted as living, and what they last were is not carried on; on both engines. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesId } from '../../../core/id.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { catchUpSeriesLast } from '../../../service/store/reading/series-last.ts';
import { queryEngines, type QueryEngine } from '../../support/query-engines.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const speed = '/interfaces/interface/state/port-speed';
/** Of one port, and none of the totals. */
const mtu = '/interfaces/interface/state/mtu';
const ofPort = (leaf: string, port: string) =>
  leaf.replace('interface/', `interface[name=${port}]/`);

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let engine: QueryEngine;

  const speedOf = (port: string, value: number, stretches: readonly [number, number][]) =>
    measured(ofPort(speed, port), value, stretches);

  /** A sample every half minute of each stretch, from a minute until another. */
  async function measured(path: string, value: number, stretches: readonly [number, number][]) {
    const { rows } = await engine.pool.query<{ id: never }>('select id from device');
    const id = await addSeries(engine.pool, rows[0]!.id, path, { kind: 'gauge', unit: '1' });
    for (const [from, until] of stretches) {
      const times = Array.from(
        { length: (until - from) * 2 },
        (_, at) => from * minute + at * 30_000,
      );
      await addSamples(
        engine.pool,
        id,
        times.map((ms) => ({ timeMs: noon + ms, value })),
      );
    }
    return id;
  }

  async function end(id: SeriesId, atMinute: number) {
    const time = new Date(noon + atMinute * minute);
    await engine.pool.query('insert into series_end (series_id, time) values ($1, $2)', [id, time]);
  }

  beforeAll(async () => {
    engine = await queryEngines[name]();
    await addDeviceRow(engine.pool, 'leaf-01');
    await speedOf('living', 1, [[0, 10]]);
    const removed = await speedOf('removed', 10, [[0, 4]]);
    await end(removed, 3.75);
    const back = await speedOf('back', 100, [
      [0, 2],
      [6, 10],
    ]);
    await end(back, 1.75);
    // At the time of its sample, and before it: it lives.
    await end(back, 6);
    const flapped = await measured(ofPort(mtu, 'flapped'), 7, [
      [0, 2],
      [6, 8],
    ]);
    // Samples came after it within its minute, then none for a while.
    await end(flapped, 1.25);
    await end(flapped, 8);
    const paused = await measured(ofPort(mtu, 'paused'), 3, [
      [0, 2],
      [6, 8],
    ]);
    await end(paused, 7.75);
    await catchUpSeriesLast(engine.pool);
  }, 60_000);
  afterAll(async () => engine[Symbol.asyncDispose]());

  async function ask(query: Partial<PanelQuery>, maxRawRows?: number) {
    const store = createStoreSource(engine.pool, maxRawRows === undefined ? {} : { maxRawRows });
    const router = createQueryRouter({ store }, { nowMs: () => noon + 10 * minute });
    const range = { fromMs: noon, toMs: noon + 10 * minute, widthPx: 16 };
    return router.run(
      { selectors: [{ path: speed }], function: 'last', ...range, ...query },
      new AbortController().signal,
    );
  }

  const inTotal = { groupBy: { by: 'device' }, across: 'sum' } as const;

  test('the total of last values has only those that live', async () => {
    const { series } = await ask({ ...inTotal, buckets: { by: 'range' } });
    expect(series.map(({ values }) => values)).toEqual([[101]]);
  });

  test('bucket by bucket, as it was then', async () => {
    const { series, bucketMs } = await ask(inTotal);
    expect(bucketMs).toBe(minute);
    expect(series[0]!.values).toEqual([111, 11, 11, 1, 1, 1, 101, 101, 101, 101]);
  });

  test('what was gone before the range is none of its lines, and what came back is', async () => {
    const paths = async (query: Partial<PanelQuery>) => {
      const { series, seriesTotal } = await ask({ function: 'avg', ...query });
      return [seriesTotal, series.map(({ series: { path } }) => /name=(\w+)/.exec(path)![1])];
    };
    const later = { fromMs: noon + 5 * minute };
    expect(await paths(later)).toEqual([2, ['back', 'living']]);
    expect(await paths({ ...later, offsetMs: 5 * minute })).toEqual([
      3,
      ['back', 'living', 'back', 'living', 'removed'],
    ]);
    expect(await paths({})).toEqual([3, ['back', 'living', 'removed']]);
  });

  test('newest values that are past are the first to be left out', async () => {
    const router = createQueryRouter(
      { store: createStoreSource(engine.pool) },
      { nowMs: () => noon },
    );
    const latest = async (limit: number) => {
      const wanted = { selectors: [{ path: speed }], limit };
      const found = await router.latest(wanted, new AbortController().signal);
      return found.map(({ series }) => /name=(\w+)/.exec(series.path)![1]);
    };
    expect(await latest(2)).toEqual(['back', 'living']);
    expect(await latest(3)).toEqual(['back', 'living', 'removed']);
  });

  test('a single value that was last true before is not shown as the last', async () => {
    const { series } = await ask({ buckets: { by: 'range' } });
    expect(series.map(({ series: { path } }) => /name=(\w+)/.exec(path)![1])).toEqual([
      'back',
      'living',
    ]);
  });

  /** Minutes of one port, each filled with the last value before. */
  async function carried(port: string, maxRawRows?: number, leaf = speed) {
    const path = ofPort(leaf, port);
    const query: Partial<PanelQuery> = {
      selectors: [{ path }],
      function: 'avg',
      fill: 'previous',
      widthPx: 11,
    };
    const { series, bucketMs, tier } = await ask(query, maxRawRows);
    expect(bucketMs).toBe(minute);
    return [tier, series[0]!.values];
  }

  test.each([
    ['living', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
    ['removed', [10, 10, 10, 10, null, null, null, null, null, null]],
    ['back', [100, 100, null, null, null, null, 100, 100, 100, 100]],
  ])('the value of %s is carried forward as long as it lives', async (port, values) => {
    expect(await carried(port)).toEqual(['raw', values]);
  });

  test.each(['previous', 'linear'] as const)(
    'a group lives as long as any member: %s',
    async (fill) => {
      const selectors = [{ path: mtu }];
      const { series, bucketMs } = await ask({ ...inTotal, selectors, function: 'avg', fill });
      expect(bucketMs).toBe(minute);
      expect(series[0]!.values).toEqual([10, 10, 10, 10, 10, 10, 10, 10, null, null]);
    },
  );

  test('from rollups too', async () => {
    await engine.rollUp({
      minutes: noon + 10 * minute,
      hours: noon,
      days: noon - 12 * 60 * minute,
    });
    const { series, tier } = await ask({ ...inTotal, buckets: { by: 'range' } }, 1);
    expect([tier, series.map(({ values }) => values)]).toEqual(['1m', [[101]]]);
    const none = [null, null, null, null, null, null];
    expect(await carried('removed', 1)).toEqual(['1m', [10, 10, 10, 10, ...none]]);
    const twice = [7, 7, 7, 7, 7, 7, 7, 7, null, null];
    expect(await carried('flapped', 1, mtu)).toEqual(['1m', twice]);
  });
});
