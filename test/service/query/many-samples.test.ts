import { expect, test } from 'vitest';
import type { SeriesId } from '../../../core/id.ts';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { testDatabase } from '../../support/database.ts';
import { rollUpSamples } from '../../support/rollup-rows.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const hourMs = 3_600_000;
const never = new AbortController().signal;

test('more samples than are sent whole are read from a rollup, without asking for them', async () => {
  await using db = await testDatabase();
  await createPlainEngine(db.pool).prepare(nowMs);
  const device = await addDeviceRow(db.pool, 'leaf-1');
  const ids: SeriesId[] = [];
  for (const port of [1, 2]) {
    const id = await addSeries(db.pool, device, `/interface[name=${port}]/in-octets`);
    const lines = Array.from({ length: 720 }, (_, at) => ({
      timeMs: nowMs - 2 * hourMs + at * 10_000,
      value: at === 400 ? 9_000 + port : at % 7,
    }));
    await addSamples(db.pool, id, lines);
    ids.push(id);
  }
  await rollUpSamples(db.pool, { minutes: nowMs, hours: nowMs, days: 0 });
  const statements: string[] = [];
  db.pool.on('acquire', (client) => {
    const query = client.query.bind(client) as (...parts: unknown[]) => unknown;
    Object.assign(client, {
      query: (...parts: unknown[]) => {
        statements.push(String(parts[0]));
        return query(...parts);
      },
    });
  });

  const source = createStoreSource(db.pool, { maxRawSamples: 200 });
  const answer = await source.read(
    {
      seriesIds: ids,
      range: { fromMs: nowMs - 2 * hourMs, toMs: nowMs },
      measure: 'value',
      plan: { pointsPerSeries: 40, bucketMs: 380_000 },
      nowMs,
    },
    never,
  );

  expect(answer.tier).toBe('1m');
  expect(ids.map((id) => Math.max(...answer.columns.get(id)!.values.map(Number)))).toEqual([
    9_001, 9_002,
  ]);
  expect(statements.filter((text) => text.includes('limit 201'))).toEqual([]);
  expect(statements.some((text) => text.includes('sample_1m'))).toBe(true);
});
