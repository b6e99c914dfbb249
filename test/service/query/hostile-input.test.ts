import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryContract, type SeriesSelector } from '../../../core/contract/query.ts';
import type { SeriesId } from '../../../core/id.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { summariseMetrics } from '../../../service/store/reading/series.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const never = new AbortController().signal;
const metric = '/interfaces/interface/state/mtu';
const hostile = [
  `'; drop table sample; --`,
  `"`,
  `%`,
  `_`,
  `\\`,
  `\\'`,
  `$1`,
  `{1,2}`,
  `a,b}`,
  `\u202Eevil\u202C`,
  `מתג`,
  `NUL\0NUL`,
  `\ud800`,
  `\ufffd`,
  `]`,
  `[x=y]`,
  `__proto__`,
  ``,
];
const storable = hostile.filter((text) => !/[\0\ud800]/.test(text) && text !== '');

const escapedName = (text: string) => text.replaceAll(/[\\/[]/g, '\\$&');

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  for (const name of storable) {
    const device = await addDeviceRow(db.pool, name);
    const key = name.replaceAll(/[\\\]]/g, '\\$&');
    const path = `/interfaces/interface[name=${key}]/state/mtu`;
    const id = await addSeries(db.pool, device, path, { kind: 'gauge', unit: '1' });
    await addSamples(db.pool, id, [{ timeMs: noon, value: 1_500 }]);
    await addSeries(db.pool, device, `/hostile/${escapedName(name)}/leaf`, { kind: 'gauge' });
    await db.pool.query(
      `with made as (insert into site (id, name) values (gen_random_uuid(), $1) returning id)
       update device set site_id = made.id, tags = jsonb_build_object($1::text, $1::text)
       from made where device.id = $2`,
      [name, device],
    );
  }
});
afterAll(async () => db[Symbol.asyncDispose]());

function ask(selector: Partial<SeriesSelector>, rest: Partial<PanelQuery> = {}) {
  const range = { fromMs: noon, toMs: noon + 60_000, widthPx: 800 };
  return createQueryRouter({ store: createStoreSource(db.pool) }, { nowMs: () => noon }).run(
    { selectors: [{ path: metric, ...selector }], function: 'value', ...range, ...rest },
    never,
  );
}

const devicesOf = async (selector: Partial<SeriesSelector>) =>
  (await ask(selector)).series.map(({ series }) => series.device);

describe('hostile text', () => {
  test.each(hostile)('%j as a device, a site and a key finds just itself', async (text) => {
    const own = storable.includes(text) ? [text] : [];
    expect(await devicesOf({ devices: [text] })).toEqual(own);
    expect(await devicesOf({ devices: [text, 'nobody*'] })).toEqual(own);
    expect(await devicesOf({ site: text })).toEqual(own);
    const key = text.replaceAll(/[\\\]]/g, '\\$&');
    const path = `/interfaces/interface[name=${key}]/state/mtu`;
    expect(await devicesOf({ path })).toEqual(own);
  });

  test.each(hostile)('%j as the name of a tag or key groups what has it', async (name) => {
    for (const by of ['tag', 'key'] as const) {
      const { series } = await ask({}, { groupBy: { by, name }, function: 'avg' });
      const members = series.reduce((sum, one) => sum + (one.members ?? 0), 0);
      expect(members).toBe(storable.length);
    }
  });

  test.each(hostile)('%j as the name of an element finds just itself', async (text) => {
    const path = `/hostile/${escapedName(text)}/leaf`;
    const found = await createStoreSource(db.pool)
      .findSeries([{ path }], never)
      .then(
        (series) => series.map(({ device }) => device),
        ({ code }: { code: string }) => code,
      );
    const own = storable.includes(text) ? [text] : [];
    expect(found).toEqual(text === '' ? 'PATH_INVALID' : own);
  });

  test.each(hostile)('%j as a path is refused or finds nothing', async (text) => {
    const found = await ask({ path: `/interfaces/${text}` }).then(
      ({ series }) => series.length,
      ({ code }: { code: string }) => code,
    );
    const all = text === '' ? storable.length : 0;
    expect(found).toBe(text === '[x=y]' ? 'PATH_INVALID' : all);
  });

  test.each(storable)('%j looked for among the metrics finds just itself', async (text) => {
    const found = await summariseMetrics(db.pool, { search: `${escapedName(text)}/leaf` });
    expect(found.map((one) => one.metric)).toContain(`/hostile/${escapedName(text)}/leaf`);
    for (const one of found) expect(one.metric).toContain(escapedName(text));
  });

  test('a path of five hundred "..." is answered', async () => {
    expect(await devicesOf({ path: `${'/...'.repeat(500)}/nowhere` })).toEqual([]);
    expect(await devicesOf({ path: `${'/...'.repeat(500)}/mtu` })).toHaveLength(storable.length);
  });
});

describe('ten thousand series', () => {
  test('are ranked, grouped, added up or cut, never sent whole', async () => {
    await using many = await testDatabase();
    const device = await addDeviceRow(many.pool, 'chassis');
    await many.pool.query(
      `with made as (
         insert into series (device_id, path, kind, unit, metric, keys)
         select $1, '/a/b[n=' || n || ']/c', 'gauge', '1', '/a/b/c', jsonb_build_object('b/n', (n % 300)::text)
         from generate_series(1, 10000) as n returning id)
       insert into sample (time, series_id, value)
       select $2::timestamptz + n * interval '1 s', id, id from made, generate_series(0, 1) as n`,
      [device, new Date(noon)],
    );
    const router = createQueryRouter(
      { store: createStoreSource(many.pool) },
      { nowMs: () => noon + 60_000 },
    );
    const range = { fromMs: noon, toMs: noon + 60_000, widthPx: 800 };
    const query = { selectors: [{ path: '/a' }], function: 'value', ...range } as PanelQuery;
    const top = await router.run({ ...query, top: 3, other: true }, never);
    expect(top.series.map(({ members }) => members)).toEqual([
      undefined,
      undefined,
      undefined,
      9_997,
    ]);
    expect(top.series.map(({ values }) => values[0])).toEqual([10_000, 9_999, 9_998, 49_975_003]);
    const cut = await router.run(query, never);
    expect([cut.series.length, cut.seriesTotal]).toEqual([200, 10_000]);
    const groups = await router.run({ ...query, groupBy: { by: 'key', name: 'b/n' } }, never);
    expect([groups.series.length, groups.seriesTotal]).toEqual([200, 300]);
    const points = groups.series.reduce((sum, { values }) => sum + values.length, 0);
    expect(points).toBeLessThanOrEqual(1_600);
  });
});

describe('selecting by id', () => {
  test('only what the rest selects, too; unknown ids are nothing', async () => {
    const { series } = await ask({});
    const two = series.slice(3, 5).map(({ series: { id } }) => id);
    const all = await ask({ seriesIds: [...two, 9e15 as SeriesId] });
    expect(all.series.map(({ series: { id } }) => id)).toEqual(two);
    expect((await ask({ seriesIds: two, path: '/system' })).series).toEqual([]);
    expect((await ask({ seriesIds: two, site: 'nowhere' })).series).toEqual([]);
    expect((await ask({ seriesIds: two, devices: ['nobody'] })).series).toEqual([]);
  });
});

describe('ranges and widths', () => {
  test.each([
    ['in the future', { fromMs: noon + 9e9, toMs: noon + 9e10 }, 0],
    ['since ever', { fromMs: -8.64e15, toMs: noon + 1 }, storable.length],
    ['for ever', { fromMs: noon, toMs: 8.64e15 }, storable.length],
    ['of a moment', { fromMs: noon, toMs: noon + 0.001 }, storable.length],
  ])('%s', async (_, range, count) => {
    for (const name of ['value', 'avg', 'percentile'] as const) {
      const query = { ...range, function: name, top: 50, other: true, fill: 'zero' } as const;
      const { series } = await ask({}, query);
      expect(series).toHaveLength(count);
    }
  });

  test.each([
    { fromMs: noon, toMs: noon },
    { fromMs: noon + 1, toMs: noon },
    { fromMs: Number.NaN },
    { toMs: 1e300 },
    { widthPx: 0 },
    { widthPx: 1 },
    { widthPx: Infinity },
    { widthPx: -5 },
    { widthPx: 1e9 },
    { widthPx: Number.NaN },
    { offsetMs: Number.NaN },
    { offsetMs: -1 },
  ])('%j is refused', async (wrong) => {
    await expect(ask({}, wrong)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test.each([
    { widthPx: 15 },
    { widthPx: 1e9 },
    { percentile: 101 },
    { top: 1_000 },
    { offsetMs: 0 },
    { fill: 'guess' },
    { groupBy: { by: 'tag' } },
    { function: 'drop' },
    { selectors: [{ path: metric, devices: Array.from({ length: 10_000 }, String) }] },
    { selectors: [{ path: metric, seriesIds: Array.from({ length: 10_000 }, (_, at) => at) }] },
  ])('%j does not pass the contract', (wrong) => {
    const schema = queryContract.run['~orpc'].inputSchema!;
    const right = { selectors: [{ path: metric }], function: 'value', fromMs: 0, toMs: 1 };
    expect(schema.safeParse(right).success).toBe(true);
    expect(schema.safeParse({ ...right, ...wrong }).success).toBe(false);
  });
});
