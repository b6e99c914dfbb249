import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';

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
