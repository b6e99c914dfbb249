import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';

const waiting = { timeout: 20_000, interval: 50 };

test('a target that takes the connection and says nothing holds up no stop', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  using held = new DisposableStack();
  const silent = createServer((socket) => {
    held.defer(() => void socket.on('error', () => {}).destroy());
  });
  held.defer(() => void silent.close());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  await operationsAs(services, 'admin').device.add({
    name: 'silent',
    endpoint: { address: '127.0.0.1', port, tlsMode: 'skip-verify' },
  });
  const connected = once(silent, 'connection');
  await using daemon = await startDaemon(db.url, 'node-a');
  await connected;
  expect(await daemon.stop()).toBe(0);
  expect(daemon.lines.join('\n')).not.toContain('stopping took longer');
  // The log is JSON to its last line; gRPC over TLS to an address made Node warn of itself there.
  expect(daemon.lines.filter((line) => !line.startsWith('{'))).toEqual([]);
});

test('work on the storage that hangs costs no sample that is queued', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  await using simulator = await startSimulator({ count: 1, spines: 0 });
  await operationsAs(services, 'admin').device.add({
    name: 'leaf-01',
    endpoint: { address: '127.0.0.1', port: simulator.targets[0]!.port, tlsMode: 'plaintext' },
  });
  using reader = await db.connect();
  await reader.query('begin');
  // Retention deletes from it; sessions, samples and events do not.
  await reader.query('lock table quarantine in share mode');
  await using daemon = await startDaemon(db.url, 'node-a');
  await vi.waitFor(async () => {
    const { rowCount } = await db.pool.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%quarantine%'
         and datname = current_database()`,
    );
    expect(rowCount).toBe(1);
    expect((await db.pool.query('select 1 from sample limit 1')).rowCount).toBe(1);
  }, waiting);
  expect(await daemon.stop()).toBe(0);
  expect(daemon.lines.join('\n')).not.toContain('stopping took longer');
  const { rows } = await db.pool.query('select stopped_at is not null as stopped from node');
  expect(rows).toEqual([{ stopped: true }]);
});
