import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SubscriptionMode } from '../../proto/generated/gnmi/gnmi.ts';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { startSimulator, type Simulator } from '../../simulator/simulator-service.ts';
import { GnmiClient, subscribeList, subscription, type TestStream } from './gnmi-client.ts';
import { leavesOf } from './wire-leaves.ts';

const startAtMs = Date.UTC(2026, 0, 15, 12);

function portOf(simulator: Simulator, name: string): number {
  return simulator.targets.find((target) => target.name === name)!.port;
}

describe('startSimulator', () => {
  it('gives every device an address of its own, and this machine one', async () => {
    await using simulator = await startSimulator({ count: 3, spines: 1, hostTarget: true });
    expect(simulator.targets.map(({ role }) => role)).toEqual(['leaf', 'leaf', 'spine', 'host']);
    expect(new Set(simulator.targets.map(({ address }) => address)).size).toBe(4);
    for (const { port, name } of simulator.targets) {
      using client = new GnmiClient(port);
      const { notification } = await client.get(['/system/state/hostname']);
      expect([...leavesOf(notification).values()]).toEqual([name]);
    }
  });

  it('names the port that is taken, and frees the ones before it', async () => {
    const other = await takePortAfterFreeOne();
    const taken = portIn(other);
    const options = { count: 2, spines: 1, basePort: taken - 1 };
    await expect(startSimulator(options)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(`port ${taken} on 127.0.0.1 is taken`) as string,
    });
    await close(other);
    await using simulator = await startSimulator(options);
    expect(simulator.targets.map(({ port }) => port)).toEqual([taken - 1, taken]);
  });
});

async function takePortAfterFreeOne(): Promise<Server> {
  for (;;) {
    const server = await listen(0);
    const before = await listen(portIn(server!) - 1);
    if (before !== null) {
      await close(before);
      return server!;
    }
    await close(server!);
  }
}

/** Null: taken. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function portIn(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve));
}

describe('faults', () => {
  let timer: ManualTimer;
  let simulator: Simulator;
  let client: GnmiClient;
  let lines: string[];

  beforeEach(async () => {
    timer = new ManualTimer(startAtMs);
    lines = [];
    simulator = await startSimulator({
      count: 3,
      spines: 1,
      timer,
      faults: 'demo',
      report: (line) => lines.push(line),
    });
    client = new GnmiClient(portOf(simulator, 'leaf-01'));
  });

  afterEach(async () => {
    client[Symbol.dispose]();
    await simulator[Symbol.asyncDispose]();
    assert.equal(timer.pending, 0);
  });

  const counters = '/interfaces/interface[name=Ethernet1/3]/state/counters';
  const sample = (): TestStream => client.subscribe(subscribeList([subscription(counters)]));

  it('flap a link again and again by the demo script', async () => {
    const path = '/interfaces/interface[name=Ethernet1/13]/state/oper-status';
    const stream = client.subscribe(
      subscribeList([subscription(path, { mode: SubscriptionMode.ON_CHANGE })]),
    );
    await stream.untilSync();
    timer.advance(60_000 + 240_000 + 1_000);
    const seen: unknown[] = [];
    for (let at = 0; at < 3; at += 1) seen.push(...leavesOf([await stream.update()]).values());
    expect(seen).toEqual(['DOWN', 'UP', 'DOWN']);
    expect(lines[0]).toBe('leaf-01: link of Ethernet1/13 down for 25 s');
  });

  it('do everything of the demo script, each at its time', () => {
    timer.advance(240_000);
    expect(lines).toEqual([
      'leaf-01: link of Ethernet1/13 down for 25 s',
      'leaf-01: link-flap over',
      'leaf-01: 120 errors/s on Ethernet1/3 for 45 s',
      'leaf-01: error-burst over',
      'leaf-02: disconnect for 20 s',
      'leaf-02: disconnect over',
    ]);
  });

  it('count errors for as long as a burst lasts', async () => {
    const stream = sample();
    await stream.untilSync();
    simulator.inject({
      kind: 'error-burst',
      device: 'leaf-01',
      port: 'Ethernet1/3',
      durationMs: 2_000,
      perSecond: 50,
    });
    timer.advance(3_000);
    const errors: unknown[] = [];
    for (let at = 0; at < 3; at += 1) {
      errors.push(leavesOf([await stream.update()]).get(`${counters}/in-fcs-errors`));
    }
    expect(errors).toEqual([50n, 100n, 100n]);
  });

  it('break connections off, refuse new ones, and let them back in on the same port', async () => {
    const stream = sample();
    await stream.untilSync();
    simulator.inject({ kind: 'disconnect', device: 'leaf-01', durationMs: 5_000 });
    expect((await stream.status).code).toBe(status.UNAVAILABLE);
    await expect(sample().next()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    timer.advance(5_000);
    await client.ready();
    expect(leavesOf(await sample().untilSync()).size).toBe(12);
  });

  it('keep a silent device connected, and count what it held back', async () => {
    const stream = sample();
    await stream.untilSync();
    simulator.inject({ kind: 'silence', device: 'leaf-01', durationMs: 5_500 });
    timer.advance(6_000);
    const held = await stream.update();
    expect(held.update[0]!.duplicates).toBe(4);
  });

  it('let nothing through a half-open connection and reset it at the end', async () => {
    const stream = sample();
    await stream.untilSync();
    simulator.inject({ kind: 'half-open', device: 'leaf-01', durationMs: 5_000 });
    timer.advance(4_000);
    timer.advance(1_000);
    await expect(stream.next()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await client.ready();
    expect(leavesOf(await sample().untilSync()).size).toBe(12);
  });

  it('send bytes that are no message', async () => {
    const stream = sample();
    await stream.untilSync();
    simulator.inject({ kind: 'garbage', device: 'leaf-01', durationMs: 5_000 });
    await expect(stream.next()).rejects.toMatchObject({ code: status.INTERNAL });
    await expect(sample().next()).rejects.toMatchObject({ code: status.INTERNAL });
    timer.advance(5_000);
    expect(leavesOf(await sample().untilSync()).size).toBe(12);
  });

  it('refuse devices and ports that are not there', () => {
    expect(() => simulator.inject({ kind: 'silence', device: 'leaf-99', durationMs: 1 })).toThrow(
      /leaf-99.*leaf-01/,
    );
    expect(() =>
      simulator.inject({ kind: 'link-flap', device: 'leaf-01', port: 'Ethernet9', downMs: 1 }),
    ).toThrow(/Ethernet9/);
  });
});
