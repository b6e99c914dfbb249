/**
 * What a collector does not store as it was sent is told: by an event with device and path, a hole, a row for the
 * device's page, the quarantine and the metrics. A collector of its own, a target that sends what nobody can take.
 */
import { expect, test, vi } from 'vitest';
import type { DeviceId } from '../../core/id.ts';
import type { Update } from '../../proto/generated/gnmi/gnmi.ts';
import { listTroubles } from '../../service/store/operating/data-trouble.ts';
import { listEvents } from '../../service/store/operating/event.ts';
import { listGaps } from '../../service/store/operating/gap.ts';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { operationsAs, testServices } from '../support/operation-client.ts';
import { ScriptedTarget } from '../support/scripted-target.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

const patience = { timeout: 60_000, interval: 200 };

function leaf(port: string, name: string, value: Parameters<typeof typed>[0]): Update {
  const path = wirePath([
    'interfaces',
    ['interface', { name: port }],
    'state',
    ...(name.startsWith('in-') ? ['counters'] : []),
    name,
  ]);
  return wireUpdate(path, typed(value));
}

const counter = (port: string, value: bigint) =>
  leaf(port, 'in-octets', { $case: 'uintVal', value });

async function collected(db: TestDatabase, target: ScriptedTarget) {
  await using services = testServices(db);
  const client = operationsAs(services, 'admin');
  const endpoint = { address: '127.0.0.1', port: target.port, tlsMode: 'plaintext' as const };
  return (await client.device.add({ name: 'leaf-01', endpoint })).id;
}

async function told(db: TestDatabase, deviceId: DeviceId) {
  const events = await listEvents(db.pool, { limit: 1_000 });
  const { troubles } = await listTroubles(db.pool, { sinceMs: 0, limit: 100 });
  const gaps = await listGaps(db.pool, { deviceIds: [deviceId], fromMs: 0, toMs: Date.now() });
  return {
    events: events.filter(({ kind }) => kind.startsWith('data.')),
    troubles: new Map(troubles.map((trouble) => [trouble.kind, trouble])),
    gaps,
  };
}

test('values that cannot be read, stored or believed, and those that nobody asked for', {
  timeout: 120_000,
}, async () => {
  await using db = await testDatabase();
  await using target = await ScriptedTarget.start();
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  const deviceId = await collected(db, target);
  const stream = await target.stream();
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  stream.notify({ timestamp: nowNs, update: [counter('Ethernet1', 1n)] });
  stream.sync();
  stream.notify({
    timestamp: nowNs,
    update: [
      leaf('Ethernet1', 'mtu', {
        $case: 'anyVal',
        value: { typeUrl: 'x', value: new Uint8Array() },
      }),
      leaf('Ethernet1', 'in-rate', { $case: 'doubleVal', value: Number.NaN }),
      leaf('Ethernet1', 'description', { $case: 'stringVal', value: 'half \ud800' }),
      wireUpdate(wirePath(['nobody', 'asked']), typed({ $case: 'uintVal', value: 1n })),
    ],
  });
  stream.notify({ timestamp: 86_400_000_000_000n, update: [counter('Ethernet1', 2n)] });
  const under = '/interfaces/interface[name=Ethernet1]/state';
  await vi.waitFor(async () => {
    const { events, troubles, gaps } = await told(db, deviceId);
    expect([...troubles.keys()].toSorted()).toEqual([
      'clock-fault',
      'filtered',
      'not-finite',
      'undecodable',
    ]);
    expect(troubles.get('filtered')!.examples).toMatchObject([{ path: '/nobody/asked' }]);
    expect(events.map(({ subject }) => subject)).toEqual(events.map(() => 'leaf-01'));
    const details = events.map(({ kind, detail }) => `${kind}: ${detail}`).join('\n');
    expect(details).toContain(`data.undecodable: 1 value that cannot be read`);
    expect(details).toContain(`for example ${under}/mtu`);
    expect(details).toContain(`for example ${under}/counters/in-rate ("NaN")`);
    expect(details).toContain('for example /nobody/asked');
    expect(details).toContain('("1970-01-02T00:00:00.000Z, ');
    expect(gaps.map(({ reason, path, lost }) => `${reason} ${path} ${lost}`).toSorted()).toEqual([
      `not-finite ${under}/counters/in-rate 1`,
      `undecodable ${under}/mtu 1`,
    ]);
  }, patience);
  const { rows } = await db.pool.query('select path, reason, value from quarantine');
  expect(rows).toEqual([
    { path: `${under}/counters/in-rate`, reason: 'not a finite number', value: 'NaN' },
  ]);
});

test('a device with more series than one may have', { timeout: 180_000 }, async () => {
  await using db = await testDatabase();
  await using target = await ScriptedTarget.start();
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  const deviceId = await collected(db, target);
  const stream = await target.stream();
  for (let from = 0; from < 112_000; from += 1_000) {
    const update = Array.from({ length: 1_000 }, (_, at) => counter(`Ethernet${from + at}`, 1n));
    stream.notify({ timestamp: BigInt(Date.now()) * 1_000_000n, update });
  }
  stream.sync();
  await vi.waitFor(
    async () => {
      const { events, troubles, gaps } = await told(db, deviceId);
      expect(troubles.get('over-limit')).toMatchObject({ device: 'leaf-01', overAtMs: null });
      expect(gaps.reduce((sum, { lost }) => sum + (lost ?? 0), 0)).toBe(12_000);
      expect(events).toMatchObject([
        { kind: 'data.over-limit', severity: 'error', subject: 'leaf-01' },
      ]);
      expect(events[0]!.detail).toMatch(
        /for example \/interfaces\/interface\[name=Ethernet1\d{5}\]/,
      );
    },
    { timeout: 150_000, interval: 500 },
  );
});
