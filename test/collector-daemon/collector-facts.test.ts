import { hostname } from 'node:os';
import { expect, test, vi } from 'vitest';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';

test('a collector tells what a device says it is, and that stays known when it is gone', async () => {
  await using db = await testDatabase();
  await using services = testServices(db);
  await using simulator = await startSimulator({ count: 1, spines: 0, hostTarget: true });
  const client = operationsAs(services, 'admin');
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  for (const { role, port } of simulator.targets) {
    const endpoint = { address: '127.0.0.1', port, tlsMode: 'plaintext' as const };
    await client.device.add({ name: `my ${role}`, endpoint });
  }
  const expected = [
    { name: 'my host', factSources: { platform: 'reported' }, reported: { hostname: hostname() } },
    {
      name: 'my leaf',
      platform: 'VesperOS',
      serial: expect.stringMatching(/^VSC/) as string,
      reported: { hostname: 'leaf-01', softwareVersion: '4.31.2' },
    },
  ];
  const devices = async () => (await client.device.list({})).devices;
  await vi.waitFor(async () => expect(await devices()).toMatchObject(expected), {
    timeout: 20_000,
    interval: 50,
  });
  const [leaf] = (await client.device.list({ search: 'VesperOS' })).devices;
  const { refusedPaths } = await client.device.get({ id: leaf!.id });
  // A fabric of one switch has no neighbours.
  expect(refusedPaths.filter(({ path }) => /\/(bgp|lldp)\//.test(path))).toHaveLength(5);
  expect(refusedPaths).toHaveLength(5);
  const { rows } = await db.pool.query(`select from event where kind = 'paths-refused'`);
  expect(rows).toEqual([]);
  expect(await daemon.stop()).toBe(0);
  expect(await devices()).toMatchObject(expected);
});
