import { describe, expect, test } from 'vitest';
import { closeGaps, insertGaps, listGaps } from '../../../../service/store/operating/gap.ts';
import {
  gapsOfLostCollector,
  succeedLostCollector,
} from '../../../../service/store/operating/lost-collector.ts';
import { testDatabase } from '../../../support/database.ts';
import { addOwner } from '../../../support/telemetry-rows.ts';

test('only devices that streamed, are to be collected and have no open gap get one', async () => {
  await using db = await testDatabase();
  const device = async (name: string, state: string) => {
    const owner = await addOwner(db.pool, name);
    await db.pool.query(
      `insert into endpoint_session (device_id, endpoint_id, state, since, node, last_update_at)
       values ($1, $2, $3, now(), 'a', '2026-01-01 00:00:05Z')`,
      [owner.deviceId, owner.endpointId, state],
    );
    return owner;
  };
  const streamed = await device('leaf-01', 'streaming');
  await device('leaf-02', 'backing-off');
  await device('leaf-03', 'stopped');
  const inactive = await device('leaf-04', 'streaming');
  await db.pool.query(`update device set admin_state = 'inactive' where id = $1`, [
    inactive.deviceId,
  ]);
  const retired = await device('leaf-05', 'streaming');
  await db.pool.query(`update device set retired_at = now() where id = $1`, [retired.deviceId]);
  const expected = {
    ...streamed,
    path: null,
    fromMs: Date.UTC(2026, 0, 1, 0, 0, 5),
    toMs: null,
    reason: 'collector-lost',
    lost: null,
    node: 'a',
  };
  expect(await gapsOfLostCollector(db.pool)).toEqual([expected]);

  // Samples that are lost one by one leave an open hole, too, and say nothing of the connection.
  await insertGaps(db.pool, [{ ...expected, endpointId: null, reason: 'over-limit', lost: 12 }]);
  expect(await gapsOfLostCollector(db.pool)).toEqual([expected]);
  await insertGaps(db.pool, [expected]);
  expect(await gapsOfLostCollector(db.pool)).toEqual([]);
  await closeGaps(db.pool, [{ ...streamed, toMs: expected.fromMs + 1_000 }]);
  expect(await gapsOfLostCollector(db.pool)).toEqual([expected]);
});

describe('its successor', () => {
  test('leaves no session shown as running, and records the hole', async () => {
    await using db = await testDatabase();
    const { deviceId, endpointId } = await addOwner(db.pool, 'leaf-01');
    const stopped = await addOwner(db.pool, 'leaf-02');
    await db.pool.query(
      `insert into endpoint_session (device_id, endpoint_id, state, since, synced, updates_per_second, lag_ms,
         last_update_at, updated_at)
       values ($1, $2, 'streaming', '2026-01-01 00:00:00Z', true, 5, 9, '2026-01-01 00:00:05Z',
           '2026-01-01 00:00:06Z'),
         ($3, $4, 'stopped', '2026-01-01 00:00:00Z', false, 0, null, null, '2026-01-01 00:00:06Z')`,
      [deviceId, endpointId, stopped.deviceId, stopped.endpointId],
    );
    await succeedLostCollector(db.pool);
    const { rows } = await db.pool.query(
      `select state, since, synced, updates_per_second as rate, lag_ms as lag from endpoint_session
       order by state`,
    );
    expect(rows).toEqual([
      { state: 'idle', since: Date.UTC(2026, 0, 1, 0, 0, 6), synced: false, rate: 0, lag: null },
      { state: 'stopped', since: Date.UTC(2026, 0, 1), synced: false, rate: 0, lag: null },
    ]);
    // The next one finds it recorded.
    await succeedLostCollector(db.pool);
    const wanted = { deviceIds: [deviceId], fromMs: 0, toMs: Date.UTC(2026, 0, 2) };
    expect(await listGaps(db.pool, wanted)).toMatchObject([
      { reason: 'collector-lost', fromMs: Date.UTC(2026, 0, 1, 0, 0, 5), toMs: null },
    ]);
  });

  test('that breaks off in between leaves all to the next', async () => {
    await using db = await testDatabase();
    const { deviceId, endpointId } = await addOwner(db.pool, 'leaf-01');
    await db.pool.query(
      `insert into endpoint_session (device_id, endpoint_id, state, since)
       values ($1, $2, 'streaming', now())`,
      [deviceId, endpointId],
    );
    const refuse = `alter table endpoint_session add constraint broken check (state <> 'idle')`;
    await db.pool.query(refuse);
    await expect(succeedLostCollector(db.pool)).rejects.toThrow('broken');
    expect((await db.pool.query('select from gap')).rows).toEqual([]);
    await db.pool.query('alter table endpoint_session drop constraint broken');
    await succeedLostCollector(db.pool);
    expect((await db.pool.query('select from gap')).rows).toHaveLength(1);
  });
});
