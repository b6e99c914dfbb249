import { describe, expect, test } from 'vitest';
import { encodingName } from '../../collector-daemon/session/gnmi/encoding-plan.ts';
import { Encoding } from '../../proto/generated/gnmi/gnmi.ts';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { Fabric } from '../../simulator/models/fabric.ts';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { startTarget } from '../../simulator/target/target.ts';
import type { ServedEncoding } from '../../simulator/target/typed-value.ts';
import { endpoint, onChange, sampled } from '../support/collection.ts';
import { ManualTime } from '../support/manual-time.ts';
import { SessionProbe } from '../support/session-probe.ts';

const startMs = 1_800_000_000_000;
const status = '/interfaces/interface[name=*]/state/oper-status';
const octets = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';

/** A leaf and a spine whose time stands still, and a session with the leaf. */
async function network(paths: Parameters<typeof SessionProbe.open>[1]) {
  const stack = new AsyncDisposableStack();
  const timer = new ManualTimer(startMs);
  const simulator = stack.use(await startSimulator({ count: 2, spines: 1, timer }));
  const leaf = simulator.targets.find(({ role }) => role === 'leaf')!;
  const at = endpoint(leaf.port);
  const probe = stack.use(SessionProbe.open(at, paths, new ManualTime(startMs)));
  return {
    simulator,
    timer,
    leaf: leaf.name,
    probe,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('each encoding tells the same of a switch', async () => {
  const fabric = new Fabric({ leaves: 1, spines: 1, seed: 7, startAtMs: startMs, accessPorts: 4 });
  const model = fabric.device('leaf-01')!;
  const told = async (encoding: ServedEncoding) => {
    const timer = new ManualTimer(startMs);
    await using target = await startTarget({ model, timer, port: 0, encodings: [encoding] });
    using probe = SessionProbe.open(endpoint(target.port), [sampled('/interfaces')]);
    await probe.untilState('streaming');
    expect(probe.session.asked).toBe(`as ${encodingName(encoding)}`);
    return new Map(probe.updates());
  };
  const exact = await told(Encoding.PROTO);
  expect(exact.size).toBeGreaterThan(50);
  for (const encoding of [Encoding.JSON_IETF, Encoding.JSON] as const) {
    expect(await told(encoding)).toEqual(exact);
  }
});

describe('a session with a simulated switch', () => {
  test('connects, learns what the target says of itself, and streams after sync', async () => {
    await using net = await network([sampled(octets)]);
    await net.probe.untilState('streaming');
    expect(net.probe.states).toEqual(['connecting', 'subscribing', 'syncing', 'streaming']);
    expect(net.probe.state).toMatchObject({ connects: 1, lastError: null });
    expect(net.probe.state.target).toMatchObject({
      gnmiVersion: '0.10.0',
      encodings: expect.arrayContaining(['PROTO', 'JSON_IETF']) as unknown,
    });
    expect(net.probe.notifications.map(({ kind }) => kind)).toEqual(['update', 'sync']);
  });

  test('SAMPLE: every interval one value, stamped with the device’s time', async () => {
    await using net = await network([sampled(octets, 1_000)]);
    await net.probe.untilState('streaming');
    for (let beat = 1; beat <= 3; beat += 1) {
      net.timer.advance(1_000);
      await net.probe.until(() => net.probe.count('update') === beat + 1);
    }
    const stamps = net.probe.notifications.flatMap((notification) =>
      notification.kind === 'update' ? [Number(notification.timestampNs / 1_000_000n)] : [],
    );
    expect(stamps).toEqual([0, 1, 2, 3].map((second) => startMs + second * 1_000));
    expect(net.probe.updates().map(([path]) => path)).toEqual(Array(4).fill(octets));
    const values = net.probe.updates().map(([, value]) => BigInt(value));
    expect(values.every((value, index) => index === 0 || value > values[index - 1]!)).toBe(true);
  });

  test('ON_CHANGE: nothing until a cable is pulled, and then only what changed', async () => {
    await using net = await network([onChange(status)]);
    await net.probe.untilState('streaming');
    const initial = net.probe.updates().length;
    expect(initial).toBeGreaterThan(10);
    net.timer.advance(5_000);
    net.simulator.inject({
      kind: 'link-flap',
      device: net.leaf,
      port: 'Ethernet1/13',
      downMs: 10_000,
    });
    await net.probe.until(() => net.probe.updates().length > initial);
    net.timer.advance(10_000);
    await net.probe.until(() => net.probe.updates().length > initial + 1);
    const path = '/interfaces/interface[name=Ethernet1/13]/state/oper-status';
    expect(net.probe.updates().slice(initial)).toEqual([
      [path, 'DOWN'],
      [path, 'UP'],
    ]);
  });

  test('what the target deletes is told as a delete', async () => {
    await using net = await network([onChange('/lldp')]);
    await net.probe.untilState('streaming');
    net.timer.advance(1_000);
    net.simulator.inject({
      kind: 'link-flap',
      device: net.leaf,
      port: 'Ethernet1/13',
      downMs: 1_000,
    });
    const deletes = () =>
      net.probe.notifications.flatMap((one) => (one.kind === 'update' ? one.deletes : []));
    await net.probe.until(() => deletes().length > 0);
    expect(
      deletes()[0]!
        .elems.map(({ name }) => name)
        .slice(0, 3),
    ).toEqual(['lldp', 'interfaces', 'interface']);
  });

  test('modes share one stream', async () => {
    await using net = await network([sampled(octets), onChange(status)]);
    await net.probe.untilState('streaming');
    expect(net.simulator.running.get(net.leaf)!.streamCount).toBe(1);
  });

  test('a paused session holds the target back and loses nothing afterwards', async () => {
    await using net = await network([sampled(octets)]);
    await net.probe.untilState('streaming');
    net.probe.session.pause();
    net.timer.advance(1_000);
    net.probe.session.resume();
    await net.probe.until(() => net.probe.count('update') === 2);
    expect(net.probe.notifications.at(-1)).toMatchObject({
      timestampNs: BigInt(startMs + 1_000) * 1_000_000n,
    });
  });

  test('after a stop nothing more is heard, and the target’s stream is gone', async () => {
    await using net = await network([sampled(octets)]);
    await net.probe.untilState('streaming');
    const target = net.simulator.running.get(net.leaf)!;
    net.probe[Symbol.dispose]();
    expect(net.probe.state.name).toBe('stopped');
    const heard = net.probe.notifications.length;
    using other = SessionProbe.open(endpoint(target.port), [sampled(octets)]);
    await other.untilState('streaming');
    net.timer.advance(10_000);
    await other.until(() => other.count('update') > 1);
    expect(net.probe.notifications).toHaveLength(heard);
    expect(target.streamCount).toBe(1);
    expect(net.probe.time.pending).toBe(0);
  });
});

describe('paths', () => {
  test('an unknown one is found by asking for each alone, and the others are collected', async () => {
    await using net = await network([sampled('/invented/path'), sampled(octets), onChange(octets)]);
    await net.probe.untilState('streaming');
    expect(net.probe.refused).toEqual([
      expect.stringMatching(/^\/invented\/path: .*"invented" is unknown/) as string,
      expect.stringMatching(/can't be subscribed ON_CHANGE/) as string,
    ]);
    net.timer.advance(1_000);
    await net.probe.until(() => net.probe.count('update') === 2);
    expect(net.probe.state.lastError).toBeNull();
  });

  test('nobody waits for samples of a path that was refused', async () => {
    await using net = await network([sampled('/invented/path', 1_000), onChange(status)]);
    await net.probe.untilState('streaming');
    const initial = net.probe.count('update');
    net.timer.advance(1_000);
    net.simulator.inject({
      kind: 'link-flap',
      device: net.leaf,
      port: 'Ethernet1/13',
      downMs: 1_000,
    });
    await net.probe.until(() => net.probe.count('update') > initial);
    net.probe.time.advance(600_000);
    expect(net.probe.state.name).toBe('streaming');
  });

  test('where none is known, the session is refused with the target’s words', async () => {
    await using net = await network([sampled('/invented'), sampled('/other')]);
    await net.probe.untilState('refused');
    expect(net.probe.state.lastError).toMatch(/refused the request \(.*"invented" is unknown\)/);
    expect(net.probe.refused).toEqual([]);
  });

  test('a refused session tries again rarely, and no subscription at all is said as such', async () => {
    await using net = await network([]);
    await net.probe.untilState('refused');
    expect(net.probe.state.lastError).toMatch(/no path is subscribed/);
    expect(net.probe.states).toEqual(['connecting', 'subscribing', 'refused']);
    net.probe.time.advance(60_000);
    expect(net.probe.state.name).toBe('refused');
    net.probe.time.advance(120_000);
    expect(net.probe.states.at(-1)).toBe('connecting');
  });
});
