/** Zones and ranges of calendars as nobody should ask for them, and the zones of sites. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryContract, type SeriesSelector } from '../../../core/contract/query.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 10, 21, 12);
const never = new AbortController().signal;
const kathmandu = 'Asia/Kathmandu';
const zones = {
  tokyo: 'Asia/Tokyo',
  osaka: 'Asia/Tokyo',
  berlin: 'Europe/Berlin',
  lima: 'America/Lima',
  adak: 'America/Adak',
  nowhere: 'Europe/Berln',
  evil: `\u202e'; drop table site; --${'A'.repeat(10_000)}`,
} as const;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  for (const name of ['homeless', ...Object.keys(zones)]) {
    const device = await addDeviceRow(db.pool, name);
    const id = await addSeries(db.pool, device, '/system/memory/state/used', { kind: 'gauge' });
    await addSamples(db.pool, id, [{ timeMs: noon - dayMs, value: 7 }]);
  }
  for (const [name, timeZone] of Object.entries(zones)) {
    await db.pool.query(
      `with made as (insert into site (id, name, time_zone) values (gen_random_uuid(), $1, $2) returning id)
       update device set site_id = made.id from made where device.name = $1`,
      [name, timeZone],
    );
  }
});
afterAll(async () => db[Symbol.asyncDispose]());

function ask(query: Partial<PanelQuery>, devices: SeriesSelector['devices'] = ['homeless']) {
  const range = { fromMs: noon - 3 * dayMs, toMs: noon, widthPx: 400 };
  const selectors = [{ path: '/', ...(devices === undefined ? {} : { devices }) }];
  return createQueryRouter({ store: createStoreSource(db.pool) }, { nowMs: () => noon }).run(
    { selectors, function: 'avg', ...range, ...query },
    never,
  );
}

describe('without a zone', () => {
  const zoneOf = (devices: string[]) =>
    ask({ buckets: { by: 'day' } }, devices).then(
      ({ timeZone, fromMs }) => [timeZone, new Date(fromMs).toISOString().slice(11, 16)],
      ({ code, message }: { code: string; message: string }) => [code, message],
    );

  test.each([
    [['tokyo', 'osaka'], 'Asia/Tokyo', '15:00'],
    [['berlin', 'homeless'], 'Europe/Berlin', '23:00'],
    [['homeless'], 'UTC', '00:00'],
    [['nobody'], 'UTC', '00:00'],
  ])('days of %j are those of %s', async (devices, timeZone, midnight) =>
    expect(await zoneOf(devices)).toEqual([timeZone, midnight]),
  );

  test.each([
    [['tokyo', 'berlin'], 'the devices stand in 2 time zones (Asia/Tokyo, Europe/Berlin): '],
    [
      ['tokyo', 'berlin', 'lima', 'adak'],
      'the devices stand in 4 time zones (America/Adak, America/Lima, Asia/Tokyo, …): ',
    ],
  ])('%j have none in common', async (devices, sentence) =>
    expect(await zoneOf(devices)).toEqual([
      'INPUT_INVALID',
      `${sentence}name the one that days begin in`,
    ]),
  );

  test.each([
    ['nowhere', 'Europe/Berln'],
    ['evil', `\\u{202e}'; drop table site; --${'A'.repeat(64 - 23)}…`],
  ])('the site %s is told that its zone is none', async (name, shown) =>
    expect(await zoneOf([name])).toEqual([
      'INPUT_INVALID',
      `the devices’ site has an unknown time zone: "${shown}" (expected an IANA name, for example Europe/Berlin)`,
    ]),
  );
});

describe('a zone that is none', () => {
  const schema = queryContract.run['~orpc'].inputSchema!;
  const query = { selectors: [{ path: '/' }], function: 'avg', fromMs: 0, toMs: 1 };

  test.each([
    ['Europe/Berln', 'Europe/Berln'],
    ['', ''],
    ['+02:00', '+02:00'],
    [`'; drop table sample; --`, `'; drop table sample; --`],
    ['UTC\0', 'UTC\\u{0}'],
    ['\u202eCTU', '\\u{202e}CTU'],
    ['A'.repeat(10_000), `${'A'.repeat(64)}…`],
  ])('%j gets one sentence, from the contract and without it', async (timeZone, shown) => {
    const sentence = `unknown time zone: "${shown}" (expected an IANA name, for example Europe/Berlin)`;
    const checked = schema.safeParse({ ...query, buckets: { by: 'day', timeZone } });
    expect(checked.error?.issues.map(({ message }) => message)).toEqual([sentence]);
    await expect(ask({ buckets: { by: 'day', timeZone } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: sentence,
    });
  });

  test.each([
    { by: 'range' },
    { by: 'month', timeZone: 'Etc/GMT+5' },
    { by: 'hour', timeZone: 'europe/berlin' },
    { by: 'week' },
  ])('%j is fine', (buckets) =>
    expect(schema.safeParse({ ...query, buckets, percentileOf: '5m' }).success).toBe(true),
  );

  test.each([{ by: 'minute' }, { by: 'day', timeZone: 7 }, {}, 'day', null])(
    '%j is refused',
    (buckets) => expect(schema.safeParse({ ...query, buckets }).success).toBe(false),
  );
});

describe('ranges', () => {
  const past = { fromMs: noon - 2 * dayMs, toMs: noon - dayMs };
  test.each([
    [{ fromMs: noon, toMs: noon - 1 }, 'day', 'INPUT_INVALID'],
    [{ fromMs: Number.NaN }, 'day', 'INPUT_INVALID'],
    [{ toMs: 1e300 }, 'day', 'INPUT_INVALID'],
    [{ offsetMs: -1 }, 'day', 'INPUT_INVALID'],
    [{ offsetMs: Infinity }, 'day', 'INPUT_INVALID'],
    [{ fromMs: -8.64e15 }, 'week', 'QUERY_TOO_LARGE'],
    [{ toMs: 8.64e15 }, 'month', 'QUERY_TOO_LARGE'],
    [{ fromMs: -8.64e15, toMs: 8.64e15 }, 'hour', 'QUERY_TOO_LARGE'],
    [{ fromMs: noon - 3_650 * dayMs }, 'hour', 'QUERY_TOO_LARGE'],
    [{ fromMs: 0, toMs: dayMs }, 'hour', 'INPUT_INVALID'],
    // The month that the sample is in is among those since 1970, and every number is in its place.
    [{ fromMs: -8.64e15 }, 'month', [7]],
    [{ fromMs: -2 * dayMs, toMs: -dayMs }, 'day', []],
    [{ fromMs: 0, toMs: dayMs }, 'day', []],
    [{ fromMs: noon + dayMs, toMs: noon + 9 * dayMs }, 'hour', []],
    [{ fromMs: Date.UTC(2262, 3, 11), toMs: Date.UTC(2262, 3, 12) }, 'day', []],
    [{ fromMs: 8.6e15, toMs: 8.64e15 }, 'hour', []],
    [{ offsetMs: 1e300, ...past }, 'day', [7]],
    [{ offsetMs: noon - dayMs - 1, ...past }, 'month', [7]],
    [{ toMs: noon + 9 * dayMs }, 'hour', [7]],
    [{}, 'range', [7]],
    [{ fromMs: -8.64e15, toMs: 8.64e15 }, 'range', [7]],
  ] as const)('%j by the %s: %j', async (query, by, expected) => {
    const buckets = by === 'range' ? { by } : { by, timeZone: kathmandu };
    const found = await ask({ ...query, buckets }).then(
      ({ series }) => series.flatMap(({ values }) => values.filter((value) => value !== null)),
      ({ code }: { code: string }) => code,
    );
    expect(found).toEqual(expected);
  });

  test('a percentile of everything ever is one number, and says of what', async () => {
    const query = { function: 'percentile', percentileOf: '1m' } as const;
    const { series, note } = await ask({ ...query, fromMs: 0, buckets: { by: 'range' } });
    expect(series.map(({ values }) => values)).toEqual([[7]]);
    expect(note).toBe(
      'Percentiles are of 1-minute means, and of daily means where nothing finer is read.',
    );
  });
});
