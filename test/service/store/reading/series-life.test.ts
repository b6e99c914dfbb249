import { expect, test } from 'vitest';
import type { DeviceId } from '../../../../core/id.ts';
import { listSeriesLives } from '../../../../service/store/reading/series-life.ts';
import { testDatabase } from '../../../support/database.ts';

const device = '0198a000-0000-7000-8000-000000000001' as DeviceId;
const noonUs = Date.UTC(2026, 10, 21, 12) * 1_000;

test('a series lives without an end after its newest sample; those that live come first, then who ended last', async () => {
  await using db = await testDatabase();
  const { pool } = db;
  const other = '0198a000-0000-7000-8000-000000000002';
  await pool.query(`insert into device (id, name) values ($1, 'leaf-01'), ($2, 'leaf-02')`, [
    device,
    other,
  ]);
  // By path: µs after noon of the ends; the newest sample is of noon, and ends a tenth of a second before it are past.
  const ends = { '/gone': [3], '/lives': [], '/often': [1, 7], '/past': [-100_000] };
  for (const [index, [path, times]] of Object.entries(ends).entries()) {
    await pool.query(
      `insert into series (id, device_id, path, metric, keys, kind, unit)
       overriding system value
       values ($1, $2, $3, $3, '{}', 'gauge', '1')`,
      [index + 1, device, path],
    );
    await pool.query(
      `insert into series_last (series_id, time, value) values ($1, ${at('$2')}, 1)`,
      [index + 1, noonUs],
    );
    for (const us of times) {
      await pool.query(`insert into series_end values ($1, ${at('$2')})`, [index + 1, noonUs + us]);
    }
  }
  const found = await listSeriesLives(pool, device);
  expect(found.map(({ path, endsUs }) => [path, endsUs.map((us) => us - noonUs)])).toEqual([
    ['/lives', []],
    ['/past', []],
    ['/often', [1, 7]],
    ['/gone', [3]],
  ]);
  expect(found[0]).toEqual({
    path: '/lives',
    kind: 'gauge',
    unit: '1',
    lastTimeUs: noonUs,
    endsUs: [],
  });
  expect(await listSeriesLives(pool, other as DeviceId)).toEqual([]);
});

function at(us: string): string {
  return `'epoch'::timestamptz + ${us}::float8 * interval '1 microsecond'`;
}
