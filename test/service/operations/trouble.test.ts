import { describe, expect, test } from 'vitest';
import { makeUuid, type DeviceId } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import {
  upsertTroubles,
  type StoredTrouble,
} from '../../../service/store/operating/data-trouble.ts';
import { insertQuarantine } from '../../../service/store/writing/quarantine.ts';
import { testDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';
import { addDeviceRow } from '../../support/telemetry-rows.ts';

function stored(deviceId: DeviceId, part: Partial<StoredTrouble> = {}): StoredTrouble {
  const nowMs = systemClock.nowMs();
  const gapId = makeUuid(systemClock);
  const example = { path: '/a', value: 'x\0y', count: 2, firstAtMs: nowMs, lastAtMs: nowMs, gapId };
  return {
    deviceId,
    kind: 'undecodable',
    beganAtMs: nowMs - 1_000,
    lastAtMs: nowMs,
    overAtMs: null,
    count: 2,
    examples: [example],
    gapId,
    node: 'col-a',
    ...part,
  };
}

describe('troubles', () => {
  test('are listed with the name of the device: of the last day, of one device, of a kind', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'viewer');
    const leaf = await addDeviceRow(db.pool, 'leaf-01');
    const spine = await addDeviceRow(db.pool, 'spine-01');
    const retired = await addDeviceRow(db.pool, 'old-01');
    const longAgoMs = systemClock.nowMs() - 2 * 86_400_000;
    await upsertTroubles(db.pool, [
      stored(leaf),
      stored(leaf, { kind: 'filtered' }),
      stored(spine, { lastAtMs: longAgoMs, beganAtMs: longAgoMs }),
      stored(retired),
    ]);
    await db.pool.query('update device set retired_at = now() where id = $1', [retired]);
    const { troubles, total } = await client.trouble.list({});
    expect(total).toBe(2);
    expect(troubles.map(({ device, kind }) => [device, kind])).toEqual([
      ['leaf-01', 'filtered'],
      ['leaf-01', 'undecodable'],
    ]);
    expect(troubles[1]!.examples).toEqual([
      {
        path: '/a',
        value: 'x\u2400y',
        count: 2,
        firstAtMs: expect.any(Number),
        lastAtMs: expect.any(Number),
      },
    ]);
    expect((await client.trouble.list({ sinceMs: 0, deviceId: spine })).troubles).toHaveLength(1);
    expect((await client.trouble.list({ kind: 'filtered' })).troubles).toHaveLength(1);
    expect(await client.trouble.list({ limit: 1 })).toMatchObject({ total: 2 });
  });

  test('what one collector says late does not replace what another has seen since', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const leaf = await addDeviceRow(db.pool, 'leaf-01');
    const newer = stored(leaf, { node: 'col-b', count: 5 });
    await upsertTroubles(db.pool, [newer]);
    const lastAtMs = newer.lastAtMs - 60_000;
    await upsertTroubles(db.pool, [stored(leaf, { node: 'col-a', count: 9, lastAtMs })]);
    const { troubles } = await operationsAs(services, 'viewer').trouble.list({});
    expect(troubles).toMatchObject([{ node: 'col-b', count: 5 }]);
  });
});

describe('the quarantine', () => {
  test('is read page after page, by parts of device, path, reason and value', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'viewer');
    const leaf = await addDeviceRow(db.pool, 'leaf-01');
    const spine = await addDeviceRow(db.pool, 'spine-01');
    const refused = (deviceId: DeviceId, path: string, value: string, reason = 'why') =>
      insertQuarantine(db.pool, 'col-a', [{ deviceId, path, value, reason, timeUs: 5_000_000 }]);
    await refused(leaf, '/optics/input-power', 'NaN', 'not a finite number');
    await refused(spine, '/optics/input-power', '-Infinity', 'not a finite number');
    await refused(leaf, '/state/100%_\\odd', 'a\0b', 'the text holds NUL');
    await refused('00000000-0000-7000-8000-00000000dead' as DeviceId, 'ref 7', '1', 'unknown');
    const found = async (input: Parameters<typeof client.trouble.quarantine>[0]) =>
      (await client.trouble.quarantine(input)).map(({ device, value }) => [device, value]);
    expect(await found({})).toEqual([
      [null, '1'],
      ['leaf-01', 'a\u2400b'],
      ['spine-01', '-Infinity'],
      ['leaf-01', 'NaN'],
    ]);
    expect(await found({ deviceId: leaf })).toHaveLength(2);
    expect(await found({ device: 'SPINE' })).toEqual([['spine-01', '-Infinity']]);
    expect(await found({ path: 'input-p', reason: 'FINITE', value: 'nan' })).toEqual([
      ['leaf-01', 'NaN'],
    ]);
    // Signs of patterns mean themselves.
    expect(await found({ path: '%_\\' })).toEqual([['leaf-01', 'a\u2400b']]);
    expect(await found({ path: '0__' })).toEqual([]);
    expect(await found({ value: 'a\0b' })).toEqual([['leaf-01', 'a\u2400b']]);
    const [first, second] = await client.trouble.quarantine({ limit: 2 });
    expect(first).toMatchObject({ timeMs: 5_000, count: 1, node: 'col-a' });
    expect(await found({ limit: 2, beforeId: second!.id })).toEqual([
      ['spine-01', '-Infinity'],
      ['leaf-01', 'NaN'],
    ]);
  });
});
