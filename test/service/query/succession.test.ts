/** A leaf that became of another kind or unit is one line, on both engines, from samples and from rollups. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceId, SeriesId } from '../../../core/id.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { catchUpSeriesLast } from '../../../service/store/reading/series-last.ts';
import { summariseMetrics } from '../../../service/store/reading/series.ts';
import { queryEngines, type QueryEngine } from '../../support/query-engines.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
const never = new AbortController().signal;

describe.each(['plain', 'timescale'] as const)('on the %s engine', (name) => {
  let engine: QueryEngine;
  let deviceId: DeviceId;
  const ids: Record<string, SeriesId> = {};

  /** A sample each half minute; counters count one a second. */
  async function series(
    path: string,
    [kind, unit]: Parameters<typeof classOf>,
    { minutes, value }: { minutes: readonly [number, number]; value: number },
  ): Promise<SeriesId> {
    const id = await addSeries(engine.pool, deviceId, path, classOf(kind, unit));
    const [from, until] = minutes;
    const lines = Array.from({ length: (until - from) * 2 }, (_, at) => ({
      timeMs: noon + from * minute + at * 30_000,
      value,
      ...(kind === 'counter' && at > 0 ? { delta: 30, spanMs: 30_000 } : {}),
    }));
    await addSamples(engine.pool, id, lines);
    return id;
  }

  const link = (old: SeriesId, living: SeriesId | null) =>
    engine.pool.query('update series set replaced_by = $2 where id = $1', [old, living]);

  beforeAll(async () => {
    engine = await queryEngines[name]();
    deviceId = await addDeviceRow(engine.pool, 'leaf-01');
    const free = '/x/state/free-bytes';
    ids['counted'] = await series(free, ['counter', 'By'], { minutes: [0, 5], value: 10 });
    ids['free'] = await series(free, ['gauge', 'By'], { minutes: [5, 10], value: 20 });
    const current = '/psu/state/input-current';
    ids['mA'] = await series(current, ['gauge', 'mA'], { minutes: [0, 5], value: 1_500 });
    ids['A'] = await series(current, ['gauge', 'A'], { minutes: [5, 10], value: 2 });
    const received = '/y/state/bytes-received';
    ids['gauge'] = await series(received, ['gauge', '1'], { minutes: [0, 5], value: 7 });
    ids['counter'] = await series(received, ['counter', 'By'], { minutes: [5, 10], value: 8 });
    const odd = '/z/state/odd';
    ids['Cel'] = await series(odd, ['gauge', 'Cel'], { minutes: [0, 5], value: 30 });
    ids['%'] = await series(odd, ['gauge', '%'], { minutes: [5, 10], value: 40 });
    await catchUpSeriesLast(engine.pool);
    const upTo = noon + 10 * minute;
    await engine.rollUp({ minutes: upTo, hours: noon, days: noon - 12 * 60 * minute });
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  const ask = (path: string, rest: Partial<PanelQuery> = {}) =>
    createQueryRouter(
      {
        store: createStoreSource(
          engine.pool,
          rest.other === true ? { maxRawSamples: 3, maxRawRows: 3 } : {},
        ),
      },
      { nowMs: () => noon + 10 * minute },
    ).run(
      {
        selectors: [{ path }],
        function: 'value',
        fromMs: noon,
        toMs: noon + 10 * minute,
        widthPx: 400,
        ...rest,
      },
      never,
    );

  test('is one line without a cut, and the answer says so', async () => {
    const { series: lines, seriesTotal, note } = await ask('/x/state/free-bytes');
    expect(seriesTotal).toBe(1);
    expect(lines.map(({ series: { id, kind, unit } }) => [id, kind, unit])).toEqual([
      [ids['free'], 'gauge', 'By'],
    ]);
    const [line] = lines;
    expect(line!.values).toEqual([
      ...Array.from({ length: 10 }, () => 10),
      ...Array.from({ length: 10 }, () => 20),
    ]);
    expect(line!.timesMs).toEqual(line!.timesMs.toSorted((left, right) => left - right));
    expect(note).toContain('/x/state/free-bytes was stored with another type or unit before');
  });

  test('is one line of rollups, and of buckets', async () => {
    const thin = await ask('/x/state/free-bytes', { other: true });
    expect(thin.series).toHaveLength(1);
    expect([Math.min(...numbers(thin)), Math.max(...numbers(thin))]).toEqual([10, 20]);
    const mean = await ask('/x/state/free-bytes', { function: 'avg', buckets: { by: 'range' } });
    expect(mean.series.map(({ values }) => values)).toEqual([[15]]);
    const most = await ask('/x/state/free-bytes', { function: 'max', groupBy: { by: 'device' } });
    expect(most.series).toHaveLength(1);
    expect([Math.min(...numbers(most)), Math.max(...numbers(most))]).toEqual([10, 20]);
  });

  test('has its values in the unit of now', async () => {
    const { series: lines } = await ask('/psu/state/input-current');
    expect(lines.map(({ series: { unit } }) => unit)).toEqual(['A']);
    expect([...new Set(lines[0]!.values)]).toEqual([1.5, 2]);
  });

  test('has rates where it was counted, whichever it is now', async () => {
    for (const [path, id] of [
      ['/x/state/free-bytes', ids['counted']],
      ['/y/state/bytes-received', ids['counter']],
    ] as const) {
      const { series: lines, note } = await ask(path, { function: 'rate' });
      expect(lines.map(({ series: own }) => own.id)).toEqual([id]);
      expect(new Set(lines[0]!.values.filter((value) => value !== null))).toEqual(new Set([1]));
      expect(note).toContain('rates are there where it was counted');
    }
  });

  test('is two lines where the parts measure different things', async () => {
    const { series: lines } = await ask('/z/state/odd');
    expect(lines.map(({ series: { unit } }) => unit).toSorted()).toEqual(['%', 'Cel']);
  });

  test('is found by the id of any of its series', async () => {
    for (const id of [ids['counted']!, ids['free']!]) {
      const selectors = [{ path: '/x/state/free-bytes', seriesIds: [id] }];
      const { series: lines } = await ask('', { selectors });
      expect(lines.map(({ series: own, values }) => [own.id, values.length])).toEqual([
        [ids['free'], 20],
      ]);
    }
  });

  test('is one row of the newest values and one metric', async () => {
    const router = createQueryRouter(
      { store: createStoreSource(engine.pool) },
      { nowMs: () => noon },
    );
    const latest = await router.latest({ selectors: [{ path: '/x' }], limit: 10 }, never);
    expect(latest.map(({ series: { id }, value }) => [id, value])).toEqual([[ids['free'], 20]]);
    const metrics = await summariseMetrics(engine.pool, { search: 'free-bytes' });
    expect(metrics).toMatchObject([{ kind: 'gauge', series: 1 }]);
  });

  test('is one line whatever its series point to: each other, one another in turn, or none', async () => {
    const [counted, free] = [ids['counted']!, ids['free']!];
    for (const [first, second] of [
      [free, counted],
      [null, null],
      [null, counted],
      [free, null],
    ] as const) {
      await link(counted, first);
      await link(free, second);
      const { series: lines } = await ask('/x/state/free-bytes');
      expect(lines.map(({ values }) => values.length)).toEqual([20]);
    }
  });
});

function numbers({
  series,
}: {
  series: readonly { values: readonly (number | null)[] }[];
}): number[] {
  return series[0]!.values.filter((value) => value !== null);
}

function classOf(kind: 'counter' | 'gauge', unit: 'By' | 'mA' | 'A' | '1' | 'Cel' | '%') {
  return { kind, unit } as const;
}
