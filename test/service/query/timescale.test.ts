import { expect, test } from 'vitest';
import { defaultRetention } from '../../../core/query/tier.ts';
import type { PanelQuery } from '../../../service/query/panel-query.ts';
import { createQueryRouter } from '../../../service/query/query-router.ts';
import { createStoreSource, type StoreSourceOptions } from '../../../service/query/store-source.ts';
import { createTimescaleEngine } from '../../../service/store/storage/engine-timescale.ts';
import { readable } from '../../support/query-engines.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';
import { timescaleDatabase } from '../../support/timescale.ts';

const hourMs = 3_600_000;
const endMs = Date.UTC(2026, 10, 21, 12, 34, 50);
const path = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';
const never = new AbortController().signal;

test('continuous aggregates answer as the samples do, the newest part included', async () => {
  await using db = await timescaleDatabase();
  await createTimescaleEngine(db.pool, 'community').createStorage();
  const pool = readable(db.pool);
  const id = await addSeries(pool, await addDeviceRow(pool, 'leaf-01'), path);
  const lines = Array.from({ length: 4_320 }, (_, at) => ({
    timeMs: endMs - (4_320 - at) * 20_000,
    value: at,
    delta: at === 1_234 ? 1e9 : 1_000 + (at % 7),
    spanMs: 20_000,
  }));
  await addSamples(pool, id, lines);
  for (const [name, hours] of [
    ['sample_1m', 1],
    ['sample_1h', 2],
  ] as const) {
    const until = new Date(endMs - hours * hourMs);
    await pool.query(`call refresh_continuous_aggregate('${name}', null, $1::timestamptz)`, [
      until,
    ]);
  }
  const ask = (query: Partial<PanelQuery>, options: StoreSourceOptions) =>
    createQueryRouter({ store: createStoreSource(pool, options) }, { nowMs: () => endMs }).run(
      {
        selectors: [{ path }],
        function: 'increase',
        fromMs: endMs - 20 * hourMs - 7_000,
        toMs: endMs - 7_000,
        widthPx: 41,
        ...query,
      },
      never,
    );
  const fromSamples = await ask({}, { maxRawRows: 1e9 });
  const fromRollups = await ask({}, { maxRawRows: 100 });
  expect([fromSamples.tier, fromRollups.tier]).toEqual(['raw', '1m']);
  expect(fromRollups.series).toEqual(fromSamples.series);
  const retention = { ...defaultRetention, raw: 3 * hourMs, '1m': 6 * hourMs };
  const rates = await ask({ function: 'rate' }, { retention });
  expect(rates.tier).toBe('1h');
  expect(rates.series[0]!.values).toContain(5e7);
  expect(rates.series[0]!.timesMs.at(-1)).toBeGreaterThan(endMs - hourMs);
});
