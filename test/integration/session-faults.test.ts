import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { endpoint, sampled } from '../support/collection.ts';
import { eventually } from '../support/live-feed.ts';
import { ManualTime } from '../support/manual-time.ts';
import { ScriptedTarget } from '../support/scripted-target.ts';
import { SessionProbe } from '../support/session-probe.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

const startMs = 1_800_000_000_000;
const counters = sampled('/interfaces/interface[name=*]/state/counters', 1_000);

/** Two leaves and a spine, and a session with each leaf; both stream. */
async function network() {
  const stack = new AsyncDisposableStack();
  const timer = new ManualTimer(startMs);
  const simulator = stack.use(await startSimulator({ count: 3, spines: 1, timer }));
  const [first, second] = simulator.targets.filter(({ role }) => role === 'leaf');
  const open = (port: number) =>
    stack.use(SessionProbe.open(endpoint(port), [counters], new ManualTime(startMs)));
  const faulty = open(first!.port);
  const healthy = open(second!.port);
  await Promise.all([faulty.untilState('streaming'), healthy.untilState('streaming')]);
  return {
    simulator,
    timer,
    device: first!.name,
    faulty,
    healthy,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe('faults', () => {
  test('a device that goes away and comes back: gap, back-off, sync again', async () => {
    await using net = await network();
    const { faulty, timer } = net;
    net.simulator.inject({ kind: 'disconnect', device: net.device, durationMs: 5_000 });
    expect(await faulty.untilFailure()).toMatch(
      /cannot be reached|ended the stream|refused the connection/,
    );
    expect(faulty.notifications.at(-1)).toMatchObject({
      kind: 'gap',
      reason: faulty.state.lastError,
    });
    faulty.time.advance(500);
    expect(await faulty.untilFailure()).toMatch(/refused the connection; check the port/);
    expect(faulty.state.failures).toBe(2);
    timer.advance(5_000);
    await faulty.untilBack();
    expect(faulty.state.connects).toBe(2);
    expect([faulty.count('gap'), faulty.count('sync')]).toEqual([1, 2]);
    expect(net.healthy.states.at(-1)).toBe('streaming');
  });

  test('bytes that are no message: one sentence, and other sessions are untouched', async () => {
    await using net = await network();
    net.simulator.inject({ kind: 'garbage', device: net.device, durationMs: 1_000 });
    expect(await net.faulty.untilFailure()).toMatch(
      /^127\.0\.0\.1:\d+ sent bytes that are no gNMI message \([^\n]*\); check that the port is its gNMI port$/,
    );
    const heard = net.healthy.count('update');
    net.timer.advance(1_000);
    await net.healthy.until(() => net.healthy.count('update') > heard);
    expect(net.healthy.state).toMatchObject({ name: 'streaming', failures: 0 });
    await net.faulty.untilBack();
    expect(net.faulty.state.connects).toBe(2);
  });

  test('a new attempt never leaves the old connection open', async () => {
    await using net = await network();
    const { front } = net.simulator.running.get(net.device)!;
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      net.simulator.inject({ kind: 'garbage', device: net.device, durationMs: 1_000 });
      await net.faulty.untilFailure();
      net.timer.advance(1_000);
      await net.faulty.untilBack();
    }
    expect(net.faulty.state.connects).toBe(4);
    await eventually(() => front.connectionCount === 1);
  });

  test.each(['silence', 'half-open'] as const)(
    '%s is noticed by the data that does not come',
    async (kind) => {
      await using net = await network();
      const { faulty, timer } = net;
      timer.advance(1_000);
      await faulty.until(() => faulty.count('update') === 2);
      net.simulator.inject({ kind, device: net.device, durationMs: 60_000 });
      timer.advance(10_000);
      // One patience, and one look more at most.
      faulty.time.advance(18_750);
      expect(await faulty.untilFailure()).toMatch(
        /fell silent for 15 s, though it was asked for updates every 1 s/,
      );
      expect(faulty.notifications.at(-1)).toMatchObject({ kind: 'gap' });
      expect(net.healthy.state.name).toBe('streaming');
      timer.advance(60_000);
      await faulty.untilBack();
      expect(faulty.state.connects).toBe(2);
    },
  );

  test('a session that is stopped while it waits leaves nothing behind', async () => {
    await using net = await network();
    net.simulator.inject({ kind: 'disconnect', device: net.device, durationMs: 5_000 });
    await net.faulty.untilFailure();
    net.faulty[Symbol.dispose]();
    expect(net.faulty.time.pending).toBe(0);
    net.faulty.time.advance(1_000_000);
    expect(net.faulty.states.at(-1)).toBe('stopped');
  });

  test('a session that is stopped by who hears of its failure does not try again', async () => {
    await using net = await network();
    const { faulty } = net;
    faulty.onChange = (name) => {
      if (name === 'backing-off') faulty[Symbol.dispose]();
    };
    net.simulator.inject({ kind: 'disconnect', device: net.device, durationMs: 5_000 });
    await faulty.untilState('stopped');
    expect(faulty.states.slice(-2)).toEqual(['backing-off', 'stopped']);
    expect(faulty.time.pending).toBe(0);
  });
});

describe('wrong addresses', () => {
  async function failureAt(address: Parameters<typeof endpoint>[1], port: number) {
    using probe = SessionProbe.open(endpoint(port, address), [counters]);
    return { sentence: await probe.untilFailure(), state: probe.state.name };
  }

  test('a port where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await failureAt({}, port)).toEqual({
      sentence: `127.0.0.1:${port} refused the connection; check the port and that gNMI is enabled there`,
      state: 'backing-off',
    });
  });

  test('a plain HTTP server', async () => {
    const server = createServer((_request, response) => response.end('hello')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const { sentence } = await failureAt({}, port);
      expect(sentence).toMatch(
        /^127\.0\.0\.1:\d+ does not speak gRPC on this port \(Protocol error\); check the port and the TLS mode$/,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('a host that does not exist', async () => {
    const { sentence } = await failureAt({ address: 'leaf-01.invalid' }, 57_400);
    expect(sentence).toBe('leaf-01.invalid:57400 has an unknown host name; check the address');
  });
});

test('a target that sends more rarely than asked is begun anew a few times, not for ever', async () => {
  await using target = await ScriptedTarget.start();
  using probe = SessionProbe.open(endpoint(target.port), [sampled('/a', 1_000)]);
  const one = [wireUpdate(wirePath(['a', 'b']), typed({ $case: 'uintVal', value: 1n }))];
  let silences = 0;
  for (; silences < 10; silences += 1) {
    const stream = await target.stream();
    stream.notify({ update: one });
    stream.sync();
    await probe.untilState('streaming');
    for (let second = 0; second < 75 && probe.state.name === 'streaming'; second += 1)
      probe.time.advance(1_000);
    if (probe.state.name === 'streaming') break;
    expect(probe.state.lastError).toMatch(/fell silent/);
    probe.time.advance(600_000);
  }
  expect(silences).toBe(3);
});
