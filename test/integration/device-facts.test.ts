import { expect, test } from 'vitest';
import { SessionPool } from '../../collector-daemon/session/session-pool.ts';
import { defaultSubscription } from '../../service/store/schema/default-subscription.ts';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { collectionTarget, endpoint, leafOne, onChange } from '../support/collection.ts';
import { ManualTime } from '../support/manual-time.ts';

const startMs = 1_800_000_000_000;

/** What the pool knows of a simulated device once its session streams. */
async function streaming(role: 'leaf' | 'host', paths = defaultSubscription.paths) {
  const timer = new ManualTimer(startMs);
  await using simulator = await startSimulator({ count: 1, timer, hostTarget: role === 'host' });
  const { port } = simulator.targets.find((target) => target.role === role)!;
  const time = new ManualTime(startMs);
  const synced = Promise.withResolvers<void>();
  const invalid: string[] = [];
  using pool = new SessionPool({
    node: 'col-a',
    clock: time,
    timers: time,
    random: () => 0.5,
    openTarget: () => () => {},
    changed: (_, { name, lastError }) => {
      if (name === 'streaming') synced.resolve();
      if (name === 'refused' || name === 'backing-off') synced.reject(new Error(lastError ?? name));
    },
    pathsInvalid: (_, refused) => invalid.push(...refused.map(({ path }) => path)),
  });
  pool.assign(collectionTarget(endpoint(port), paths));
  await synced.promise;
  const [status] = pool.statuses();
  return { ...status!, invalid };
}

test('a switch says what it is by the default subscription, all of which it serves', async () => {
  const { deviceId, detail, invalid } = await streaming('leaf');
  expect(deviceId).toBe(leafOne);
  expect(detail.reported).toMatchObject({
    platform: 'VesperOS',
    vendor: 'Vesper Networks',
    model: expect.stringMatching(/^VS-7\d{3}T$/) as string,
    serial: expect.stringMatching(/^VSC[0-9A-Z]{8}$/) as string,
    softwareVersion: '4.31.2',
    hostname: 'leaf-01',
  });
  expect(detail.reported?.bootedAtMs).toBeLessThan(startMs);
  expect(detail.refusedPaths?.map(({ path }) => path)).toEqual(
    // A fabric of one switch has no neighbours.
    expect.arrayContaining([expect.stringContaining('/bgp/'), expect.stringContaining('/lldp/')]),
  );
  expect(detail.refusedPaths?.length).toBe(5);
  expect(invalid).toEqual([]);
});

test('this machine too, and what its model lacks is told and is no event', async () => {
  const { detail, invalid } = await streaming('host');
  expect(detail.reported?.platform).toEqual(expect.any(String));
  expect(detail.reported?.softwareVersion).toContain(detail.reported?.platform);
  const refused = detail.refusedPaths!.map(({ path }) => path);
  expect(refused).toContain('/lldp/interfaces/interface/neighbors/neighbor/state');
  expect(refused.filter((path) => /mount-point|storage|cpu|memory|counters/.test(path))).toEqual(
    [],
  );
  expect(detail.refusedPaths![0]?.reason).toMatch(/ is not served: ".+" is unknown$/);
  expect(invalid).toEqual([]);
});

test('a path that is wrong is told to somebody who can mend it', async () => {
  const name = '/system/state/hostname';
  const wrong = '/interfaces/interface[id=1]/state/oper-status';
  const { detail, invalid } = await streaming('leaf', [onChange(name), onChange(wrong)]);
  expect(invalid).toEqual([wrong]);
  expect(detail.refusedPaths).toMatchObject([{ path: wrong }]);
});
