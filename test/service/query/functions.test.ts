import { describe, expect, test } from 'vitest';
import { firstDerivedId } from '../../../core/contract/query.ts';
import type { DeviceId } from '../../../core/id.ts';
import type { Unit } from '../../../core/telemetry/unit.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { insertGaps } from '../../../service/store/operating/gap.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const nowMs = noon + 600_000;
const used = '/system/memory/state/used';
const port = (name: string) => `/interfaces/interface[name=${name}]/state/counters/in-octets`;
const never = new AbortController().signal;

/** Ten minutes in buckets of one. */
function ask(db: TestDatabase, query: Partial<PanelQuery> & { path: string }) {
  const store = createStoreSource(db.pool);
  const { path, ...rest } = query;
  const range = { fromMs: noon, toMs: nowMs, widthPx: 11 };
  return createQueryRouter({ store }, { nowMs: () => nowMs }).run(
    { selectors: [{ path }], function: 'avg', ...range, ...rest },
    never,
  );
}

async function gaugeOf(
  db: TestDatabase,
  device: DeviceId,
  values: readonly (number | null)[],
  { path = used, unit = '1', fromMs = noon }: { path?: string; unit?: Unit; fromMs?: number } = {},
) {
  const id = await addSeries(db.pool, device, path, { kind: 'gauge', unit });
  const lines = values.flatMap((value, at) =>
    value === null ? [] : [{ timeMs: fromMs + at * 30_000, value }],
  );
  await addSamples(db.pool, id, lines);
  return id;
}

async function placed(db: TestDatabase, name: string, tags: object, siteName?: string) {
  const device = await addDeviceRow(db.pool, name);
  await db.pool.query('update device set tags = $2 where id = $1', [device, tags]);
  if (siteName === undefined) return device;
  await db.pool.query(
    `insert into site (id, name) values (gen_random_uuid(), $1) on conflict do nothing`,
    [siteName],
  );
  await db.pool.query(
    'update device set site_id = (select id from site where name = $2) where id = $1',
    [device, siteName],
  );
  return device;
}

describe('functions of buckets', () => {
  test.each([
    ['avg', [15, 35]],
    ['min', [10, 30]],
    ['max', [20, 40]],
    ['sum', [30, 70]],
    ['count', [2, 2]],
    ['last', [20, 40]],
    ['percentile', [19.5, 39.5]],
  ] as const)('%s of a gauge', async (name, values) => {
    await using db = await testDatabase();
    await gaugeOf(db, await addDeviceRow(db.pool, 'leaf-01'), [10, 20, 30, 40]);
    const { series, bucketMs } = await ask(db, { path: used, function: name });
    expect(bucketMs).toBe(60_000);
    expect(series[0]).toMatchObject({ timesMs: [noon, noon + 60_000], values });
    expect(series[0]!.shownAs).toBe(name === 'count' ? 'count' : 'value');
  });

  test.each([
    ['avg', [200, 400], 'rate'],
    ['max', [300, 400], 'rate'],
    ['sum', [12_000, 24_000], 'increase'],
    ['increase', [12_000, 24_000], 'increase'],
    ['count', [2, 2], 'count'],
    ['last', [2, 4], 'value'],
  ] as const)('%s of a counter', async (name, values, shownAs) => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    const id = await addSeries(db.pool, device, port('Ethernet1'));
    const lines = [3_000, 9_000, 12_000, 12_000].map((delta, at) => ({
      timeMs: noon + at * 30_000,
      value: at + 1,
      delta,
      spanMs: 30_000,
    }));
    await addSamples(db.pool, id, lines);
    const { series } = await ask(db, { path: port('Ethernet1'), function: name });
    expect(series[0]).toMatchObject({ values, shownAs });
  });

  test('power levels are averaged in milliwatts', async () => {
    await using db = await testDatabase();
    const path = '/components/component[name=x]/optical/state/input-power';
    const unit = { path, unit: 'dB[mW]' as const };
    await gaugeOf(db, await addDeviceRow(db.pool, 'leaf-01'), [0, 10], unit);
    await gaugeOf(db, await addDeviceRow(db.pool, 'leaf-02'), [0, 10], unit);
    const [first] = (await ask(db, { path })).series;
    expect(first!.values[0]).toBeCloseTo(10 * Math.log10(5.5), 9);
    const groupBy = { by: 'key', name: 'component/name' } as const;
    const [both] = (await ask(db, { path, groupBy })).series;
    expect(both!.values[0]).toBeCloseTo(10 * Math.log10(11), 9);
  });

  test('empty buckets are filled as asked, up to now', async () => {
    await using db = await testDatabase();
    const values = [1, 1, null, null, null, null, 4, 4];
    await gaugeOf(db, await addDeviceRow(db.pool, 'leaf-01'), values);
    const filled = async (fill: PanelQuery['fill']) => {
      const range = { toMs: noon + 540_000 + 60_000 };
      return (await ask(db, { path: used, fill, ...range })).series[0]!.values.slice(0, 5);
    };
    expect(await filled('null')).toEqual([1, null, null, 4, null]);
    expect(await filled('zero')).toEqual([1, 0, 0, 4, 0]);
    expect(await filled('previous')).toEqual([1, 1, 1, 4, 4]);
    expect(await filled('linear')).toEqual([1, 2, 3, 4, null]);
    expect((await ask(db, { path: used })).series[0]!.values).toEqual([1, null, 4]);
  });
});

describe('groups', () => {
  async function fabric(db: TestDatabase) {
    const devices = [
      await placed(db, 'leaf-01', { role: 'leaf' }, 'fra-1'),
      await placed(db, 'leaf-02', { role: 'leaf' }, 'fra-2'),
      await placed(db, 'spine-01', { role: 'spine' }, 'fra-1'),
      await placed(db, 'odd', {}),
    ];
    for (const [at, device] of devices.entries()) await gaugeOf(db, device, [10 ** at, 10 ** at]);
  }

  test.each([
    [{ by: 'site' }, { 'fra-1': 101, 'fra-2': 10, null: 1_000 }],
    [
      { by: 'tag', name: 'role' },
      { leaf: 11, spine: 100, null: 1_000 },
    ],
    [{ by: 'device' }, { 'leaf-01': 1, 'leaf-02': 10, 'spine-01': 100, odd: 1_000 }],
    [{ by: 'key', name: 'toString' }, { null: 1_111 }],
  ] as const)('by %j are sums', async (groupBy, sums) => {
    await using db = await testDatabase();
    await fabric(db);
    const { series, seriesTotal } = await ask(db, { path: used, groupBy });
    const found = series.map(({ group, values }) => [String(group?.label), values[0]]);
    expect(Object.fromEntries(found)).toEqual(sums);
    expect(seriesTotal).toBe(Object.keys(sums).length);
    expect(series.every(({ series: { id } }) => id >= firstDerivedId)).toBe(true);
  });

  test.each([
    ['avg', 277.75],
    ['min', 1],
    ['max', 1_000],
  ] as const)('their %s', async (across, value) => {
    await using db = await testDatabase();
    await fabric(db);
    const groupBy = { by: 'tag', name: 'none' } as const;
    const { series } = await ask(db, { path: used, groupBy, across });
    expect(series).toMatchObject([{ values: [value], members: 4, group: { label: null } }]);
  });

  test('the rest of a top-N is one more series', async () => {
    await using db = await testDatabase();
    await fabric(db);
    const { series, seriesTotal } = await ask(db, {
      path: used,
      function: 'value',
      top: 2,
      other: true,
    });
    expect(
      series.map(({ series: { device }, other, members }) => [device, other, members]),
    ).toEqual([
      ['odd', undefined, undefined],
      ['spine-01', undefined, undefined],
      ['other', true, 2],
    ]);
    expect(series[2]!.values).toEqual([11]);
    expect(seriesTotal).toBe(4);
    const groupBy = { by: 'site' } as const;
    const grouped = await ask(db, { path: used, groupBy, top: 1, other: true });
    expect(grouped.series.map(({ group, other }) => [group?.label, other])).toEqual([
      [null, undefined],
      [undefined, true],
    ]);
  });

  test('all lines of a panel together stay within its points', async () => {
    await using db = await testDatabase();
    const device = await addDeviceRow(db.pool, 'leaf-01');
    for (let at = 0; at < 40; at += 1) {
      const many = Array.from({ length: 600 }, (_, sample) => at + (sample % 7));
      await gaugeOf(db, device, many, { path: `/a/b[name=${at}]/c`, fromMs: noon - 17_000_000 });
    }
    const range = { fromMs: noon - 17_000_000, widthPx: 800 };
    for (const name of ['value', 'avg'] as const) {
      const query = { path: '/a', function: name, top: 30, other: true, offsetMs: 1_000_000 };
      const { series } = await ask(db, { ...query, ...range });
      expect(series.length).toBeGreaterThan(60);
      expect(series.reduce((sum, { values }) => sum + values.length, 0)).toBeLessThanOrEqual(1_600);
      expect(new Set(series.map(({ series: { id } }) => id)).size).toBe(series.length);
    }
  });
});

describe('comparing', () => {
  test('the same series an hour earlier stands where it would be now, marked', async () => {
    await using db = await testDatabase();
    const id = await gaugeOf(db, await addDeviceRow(db.pool, 'leaf-01'), [5, 6]);
    const lines = [1, 2].map((value, at) => ({ timeMs: noon - 3_600_000 + at * 30_000, value }));
    await addSamples(db.pool, id, lines);
    const { series } = await ask(db, { path: used, function: 'value', offsetMs: 3_600_000 });
    expect(series).toMatchObject([
      { series: { id }, timesMs: [noon, noon + 30_000], values: [5, 6] },
      {
        timesMs: [noon, noon + 30_000],
        values: [1, 2],
        earlier: { offsetMs: 3_600_000, seriesId: id },
      },
    ]);
    expect(series[1]!.series.id).toBeGreaterThan(firstDerivedId);
  });
});

describe('gaps', () => {
  test('say why, where they concern what is shown', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    const elsewhere = await addDeviceRow(db.pool, 'leaf-02');
    await gaugeOf(db, deviceId, [1, 2]);
    const nobody = { endpointId: null, path: null, lost: null, node: null };
    const gap = { ...nobody, deviceId, fromMs: noon, toMs: noon + 1_000 };
    await insertGaps(db.pool, [
      { ...gap, reason: 'connection-lost' },
      { ...gap, reason: 'still-open', fromMs: noon + 5_000, toMs: null },
      { ...gap, reason: 'other-path', path: '/interfaces' },
      { ...gap, reason: 'own-path', path: '/system', fromMs: noon + 9_000, toMs: noon + 9_500 },
      { ...gap, reason: 'other-device', deviceId: elsewhere },
      { ...gap, reason: 'before', fromMs: noon - 9_000, toMs: noon - 8_000 },
    ]);
    const { gaps } = await ask(db, { path: used });
    expect(gaps).toEqual([
      { deviceId, reason: 'connection-lost', fromMs: noon, toMs: noon + 1_000 },
      { deviceId, reason: 'still-open', fromMs: noon + 5_000, toMs: nowMs },
      { deviceId, reason: 'own-path', fromMs: noon + 9_000, toMs: noon + 9_500 },
    ]);
  });

  test('of single samples are those of their own path alone, with how many were lost', async () => {
    await using db = await testDatabase();
    const deviceId = await addDeviceRow(db.pool, 'leaf-01');
    await gaugeOf(db, deviceId, [1, 2]);
    const times = { fromMs: noon, toMs: noon + 1_000 };
    const gap = { deviceId, endpointId: null, node: null, lost: 3, ...times };
    await insertGaps(db.pool, [
      { ...gap, reason: 'undecodable', path: used },
      { ...gap, reason: 'not-finite', path: '/system' },
      { ...gap, reason: 'over-limit', path: null },
      { ...gap, reason: 'queue-full', path: null },
    ]);
    const { gaps } = await ask(db, { path: used });
    expect(gaps!.toSorted((one, two) => one.reason.localeCompare(two.reason))).toEqual([
      { deviceId, reason: 'queue-full', lost: 3, ...times },
      { deviceId, reason: 'undecodable', lost: 3, ...times },
    ]);
  });
});
