import { expect, test } from 'vitest';
import {
  insertQuarantine,
  type RefusedValue,
} from '../../../../service/store/writing/quarantine.ts';
import { testDatabase } from '../../../support/database.ts';
import { addDeviceRow } from '../../../support/telemetry-rows.ts';

test('what is refused again and again within an hour is one row that counts', async () => {
  await using db = await testDatabase();
  const deviceId = await addDeviceRow(db.pool, 'leaf-01');
  const refused = (value: string, timeUs: number, path = '/optics/power'): RefusedValue => {
    return { deviceId, path, reason: 'not a finite number', timeUs, value };
  };
  // As the release before writes it.
  await db.pool.query(
    `insert into quarantine (node, device_id, path, reason, value)
     values ('col-a', $1, '/optics/power', 'not a finite number', 'NaN')`,
    [deviceId],
  );
  for (let second = 0; second < 5; second += 1) {
    await insertQuarantine(db.pool, 'col-a', [
      refused('NaN', second * 1e6),
      refused('NaN', second * 1e6 + 500_000),
      refused('-Infinity', second * 1e6),
      refused('NaN', second * 1e6, '/optics/bias'),
      refused('a\0b', second * 1e6),
    ]);
  }
  const { rows } = await db.pool.query<{ path: string; value: string; count: number; ms: number }>(
    `select path, value, sum(coalesce(count, 1)) as count, count(*) as rows,
       max(extract(epoch from time) * 1000)::float8 as ms
     from quarantine where hour is not null group by path, value order by path, value`,
  );
  expect(rows.map(({ path, value, count }) => [path, value, count])).toEqual([
    ['/optics/bias', 'NaN', 5],
    ['/optics/power', '-Infinity', 5],
    ['/optics/power', 'NaN', 10],
    ['/optics/power', 'a\u2400b', 5],
  ]);
  expect(rows[2]!.ms).toBe(4_500);
  const all = await db.pool.query<{ count: number }>('select count(*) as count from quarantine');
  // An hour may end meanwhile.
  expect(all.rows[0]!.count).toBeLessThanOrEqual(1 + 2 * 4);
});
