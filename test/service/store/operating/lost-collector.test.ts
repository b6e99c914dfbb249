import { expect, test } from 'vitest';
import { closeGaps, insertGaps } from '../../../../service/store/operating/gap.ts';
import { gapsOfLostCollector } from '../../../../service/store/operating/lost-collector.ts';
import { testDatabase } from '../../../support/database.ts';
import { addDeviceRow } from '../../../support/telemetry-rows.ts';

test('only devices that streamed, are to be collected and have no open gap get one', async () => {
  await using db = await testDatabase();
  const device = async (name: string, state: string) => {
    const deviceId = await addDeviceRow(db.pool, name);
    await db.pool.query(
      `insert into telemetry_session (device_id, state, since, node, last_update_at)
       values ($1, $2, now(), 'a', '2026-01-01 00:00:05Z')`,
      [deviceId, state],
    );
    return deviceId;
  };
  const streamed = await device('leaf-01', 'streaming');
  await device('leaf-02', 'backing-off');
  await device('leaf-03', 'stopped');
  const inactive = await device('leaf-04', 'streaming');
  await db.pool.query(`update device set admin_state = 'inactive' where id = $1`, [inactive]);
  const retired = await device('leaf-05', 'streaming');
  await db.pool.query(`update device set retired_at = now() where id = $1`, [retired]);
  const expected = {
    deviceId: streamed,
    path: null,
    fromMs: Date.UTC(2026, 0, 1, 0, 0, 5),
    toMs: null,
    reason: 'collector-lost',
    lost: null,
    node: 'a',
  };
  expect(await gapsOfLostCollector(db.pool)).toEqual([expected]);

  await insertGaps(db.pool, [expected]);
  expect(await gapsOfLostCollector(db.pool)).toEqual([]);
  await closeGaps(db.pool, [{ deviceId: streamed, toMs: expected.fromMs + 1_000 }]);
  expect(await gapsOfLostCollector(db.pool)).toEqual([expected]);
});
