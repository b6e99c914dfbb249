import { expect, test, vi } from 'vitest';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { listGaps } from '../../service/store/operating/gap.ts';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';
import { collectorTurn } from '../support/secret-keys.ts';

const waiting = { timeout: 20_000, interval: 50 };

/** Resolves once so many devices stream and a first update of each was reported. */
async function untilStreaming(db: TestDatabase, devices = 1): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await db.pool.query(
      `select 1 from endpoint_session where state = 'streaming' and last_update_at is not null`,
    );
    expect(rows).toHaveLength(devices);
  }, waiting);
}

test('a killed collector leaves a gap that says so and ends when the device streams again', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  await using simulator = await startSimulator({ count: 1, spines: 0 });
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  const device = await operationsAs(services, 'admin').device.add({
    name: 'leaf-01',
    endpoint: { address: '127.0.0.1', port: simulator.targets[0]!.port, tlsMode: 'plaintext' },
  });
  await untilStreaming(db);
  await daemon.kill();
  const { rows } = await db.pool.query<{ at: number }>(
    'select last_update_at as at from endpoint_session',
  );

  await using again = await startDaemon(db.url, 'node-a');
  await again.line('runs as both');
  const gaps = () =>
    listGaps(db.pool, { deviceIds: [device.id], fromMs: 0, toMs: Date.now() + 60_000 });
  await vi.waitFor(async () => {
    expect(await gaps()).toMatchObject([{ toMs: expect.any(Number) as number }]);
  }, waiting);
  expect(await gaps()).toMatchObject([
    { reason: 'collector-lost', node: 'node-a', path: null, fromMs: rows[0]!.at, lost: null },
  ]);
});

test('devices that its successor cannot collect are not shown as streaming', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  await using simulator = await startSimulator({ count: 2, spines: 0 });
  const client = operationsAs(services, 'admin');
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  const add = async (name: string, at: number) => {
    const { port } = simulator.targets[at]!;
    const endpoint = { address: '127.0.0.1', port, tlsMode: 'plaintext' as const };
    return (await client.device.add({ name, endpoint })).id;
  };
  const locked = await add('leaf-01', 0);
  const unreachable = await add('leaf-02', 1);
  await untilStreaming(db, 2);
  await daemon.kill();
  // Sealed with keys that no collector here has.
  await collectorTurn(db, services.secrets.masters, 'elsewhere');
  await client.device.update({ id: locked, endpoint: { username: 'noc', password: 'hunter2' } });
  await db.pool.query('update device_endpoint set retired_at = now() where device_id = $1', [
    unreachable,
  ]);

  await using again = await startDaemon(db.url, 'node-a');
  await again.line('runs as both');
  const session = async (id: typeof locked) => (await client.device.get({ id })).session;
  await vi.waitFor(async () => {
    expect(await session(locked)).toMatchObject({
      state: 'refused',
      node: 'node-a',
      synced: false,
      lastError: expect.stringContaining('key') as string,
    });
  }, waiting);
  // There is no way to it any more.
  expect(await session(unreachable)).toBeNull();
  const { rows } = await db.pool.query(
    'select state, synced from endpoint_session where device_id = $1',
    [unreachable],
  );
  expect(rows).toEqual([{ state: 'idle', synced: false }]);

  await db.pool.query('update device_endpoint set credential_id = null');
  await vi.waitFor(async () => {
    expect(await session(locked)).toMatchObject({ state: 'streaming', lastError: null });
  }, waiting);
});
