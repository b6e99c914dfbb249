import { describe, expect, it } from 'vitest';
import { formatPath } from '../../../core/telemetry/path.ts';
import { exactInteger, textOf } from '../../../core/telemetry/value.ts';
import { Fabric } from '../../../simulator/models/fabric.ts';
import type { DeviceModel } from '../../../simulator/target/device-model.ts';

const startAtMs = Date.UTC(2026, 0, 15, 12);

function makeFabric(seed = 1): Fabric {
  return new Fabric({ leaves: 3, spines: 2, seed, startAtMs, accessPorts: 4 });
}

function snapshot(model: DeviceModel): Map<string, string> {
  return new Map([...model.leaves()].map((leaf) => [formatPath(leaf.path), textOf(leaf.read())]));
}

function read(fabric: Fabric, device: string, path: string): string | undefined {
  return snapshot(fabric.device(device)!).get(path);
}

function tickAll(fabric: Fabric, nowMs: number): void {
  for (const { model } of fabric.devices) model.tick(nowMs);
}

it('names devices leaf-01 … and spine-01 …', () => {
  const names = makeFabric().devices.map(({ model, role }) => `${role} ${model.name}`);
  expect(names).toEqual([
    'leaf leaf-01',
    'leaf leaf-02',
    'leaf leaf-03',
    'spine spine-01',
    'spine spine-02',
  ]);
});

it('makes the same devices from the same seed, and others from another', () => {
  const [one, same, other] = [makeFabric(), makeFabric(), makeFabric(2)];
  for (const fabric of [one, same, other]) tickAll(fabric, startAtMs + 90_000);
  const of = (fabric: Fabric) => snapshot(fabric.device('leaf-02')!);
  expect(of(same)).toEqual(of(one));
  expect(of(other)).not.toEqual(of(one));
});

it('was booted and plugged at the same time when it is started anew', () => {
  const since = (atMs: number) => {
    const fabric = new Fabric({ leaves: 1, spines: 1, seed: 1, startAtMs: atMs, accessPorts: 2 });
    const all = snapshot(fabric.device('leaf-01')!);
    const ns = (path: string) => Number(all.get(path)!) / 1e6;
    return [
      ns('/system/state/boot-time'),
      ns('/interfaces/interface[name=Ethernet1/1]/state/last-change'),
    ];
  };
  const [booted, changed] = since(startAtMs);
  expect(since(startAtMs + 3_600_000)).toEqual([booted, changed]);
  const dayMs = 86_400_000;
  expect(booted).toBeLessThanOrEqual(startAtMs - 20 * dayMs);
  expect(booted).toBeGreaterThan(startAtMs - 200 * dayMs);
  expect(changed).toBeGreaterThan(booted!);
});

it('moves counters exactly with time and never back', () => {
  const fabric = makeFabric();
  const model = fabric.device('spine-01')!;
  const counters = [...model.leaves()].filter((leaf) => leaf.path.elems[3]?.name === 'counters');
  expect(counters).toHaveLength(3 * 12);
  let before = counters.map((leaf) => exactInteger(leaf.read())!);
  for (let second = 1; second <= 120; second += 1) {
    model.tick(startAtMs + second * 1_000);
    const after = counters.map((leaf) => exactInteger(leaf.read())!);
    for (const [at, value] of after.entries()) expect(value).toBeGreaterThanOrEqual(before[at]!);
    before = after;
  }
  model.tick(startAtMs);
  expect(counters.map((leaf) => exactInteger(leaf.read()))).toEqual(before);
});

describe('the two ends of a cable', () => {
  const leafEnd = 'Ethernet1/6';
  const spineEnd = 'Ethernet1/2';

  it('name each other in LLDP', () => {
    const fabric = makeFabric();
    const lldp = (device: string, port: string, leaf: string) =>
      read(
        fabric,
        device,
        `/lldp/interfaces/interface[name=${port}]/neighbors/neighbor[id=1]/state/${leaf}`,
      );
    expect(lldp('leaf-02', leafEnd, 'system-name')).toBe('spine-02');
    expect(lldp('leaf-02', leafEnd, 'port-id')).toBe(spineEnd);
    expect(lldp('spine-02', spineEnd, 'system-name')).toBe('leaf-02');
    expect(lldp('spine-02', spineEnd, 'port-id')).toBe(leafEnd);
  });

  it('count the same octets in opposite directions', () => {
    const fabric = makeFabric();
    const octets = (device: string, port: string, way: string) =>
      BigInt(
        read(fabric, device, `/interfaces/interface[name=${port}]/state/counters/${way}-octets`)!,
      );
    const before = [octets('leaf-02', leafEnd, 'out'), octets('spine-02', spineEnd, 'in')] as const;
    tickAll(fabric, startAtMs + 10_000);
    const sent = octets('leaf-02', leafEnd, 'out') - before[0];
    expect(sent).toBeGreaterThan(0n);
    expect(octets('spine-02', spineEnd, 'in') - before[1]).toBe(sent);
  });

  it('count the same though they are looked at differently, and over a flap', () => {
    const fabric = makeFabric();
    const [left, right] = [fabric.device('leaf-02')!, fabric.device('spine-02')!];
    // The two were booted at different times.
    const read = () =>
      [left.ports.get(leafEnd)!.out, right.ports.get(spineEnd)!.in].map(
        ({ octets, unicastPackets, multicastPackets }) => [
          octets,
          unicastPackets,
          multicastPackets,
        ],
      );
    const start = read();
    const counted = () =>
      read().map((counters, end) => counters.map((count, at) => count - start[end]![at]!));
    for (let ms = 0; ms < 400_000; ms += 730) left.tick(startAtMs + ms);
    right.tick(startAtMs + 123_456);
    for (const [up, atMs] of [
      [false, 400_123],
      [true, 404_321],
    ] as const) {
      fabric.setLink({ device: 'leaf-02', port: leafEnd }, up, startAtMs + atMs);
      const [sent, received] = counted();
      expect(received).toEqual(sent);
    }
    for (let ms = 404_400; ms < 500_000; ms += 1_000) right.tick(startAtMs + ms);
    tickAll(fabric, startAtMs + 500_000);
    const [sent, received] = counted();
    expect(received).toEqual(sent);
    for (const count of sent!) expect(count).toBeGreaterThan(0n);
  });

  it('go down and come back together', () => {
    const fabric = makeFabric();
    const state = (leaf: string) => [
      read(fabric, 'leaf-02', `/interfaces/interface[name=${leafEnd}]/state/${leaf}`),
      read(fabric, 'spine-02', `/interfaces/interface[name=${spineEnd}]/state/${leaf}`),
    ];
    const bgp = (leaf: string) =>
      [
        ['leaf-02', '10.2.2.0'],
        ['spine-02', '10.2.2.1'],
      ].map(([device, address]) =>
        read(
          fabric,
          device!,
          `/network-instances/network-instance[name=default]/protocols/protocol[identifier=BGP][name=BGP]/bgp/neighbors/neighbor[neighbor-address=${address}]/state/${leaf}`,
        ),
      );
    tickAll(fabric, startAtMs + 1_000);
    expect(bgp('session-state')).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    fabric.setLink({ device: 'leaf-02', port: leafEnd }, false, startAtMs + 2_000);
    expect(state('oper-status')).toEqual(['DOWN', 'DOWN']);
    expect(bgp('session-state')).toEqual(['IDLE', 'IDLE']);
    fabric.setLink({ device: 'spine-02', port: spineEnd }, true, startAtMs + 9_000);
    tickAll(fabric, startAtMs + 20_000);
    expect(state('oper-status')).toEqual(['UP', 'UP']);
    expect(bgp('session-state')).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    expect(bgp('established-transitions')).toEqual(['2', '2']);
    expect(state('counters/carrier-transitions')).toEqual(['3', '3']);
  });
});

it('counts nothing on a port that is down, errors included', () => {
  const fabric = makeFabric();
  const model = fabric.device('leaf-01')!;
  const counters = () =>
    [...snapshot(model)].filter(([path]) =>
      path.startsWith('/interfaces/interface[name=Ethernet1/1]/state/counters/'),
    );
  model.ports.get('Ethernet1/1')!.startErrors({ untilMs: startAtMs + 90_000, perSecond: 100 });
  fabric.setLink({ device: 'leaf-01', port: 'Ethernet1/1' }, false, startAtMs + 1_000);
  const before = counters();
  const errors = before.find(([path]) => path.endsWith('/in-fcs-errors'))![0];
  tickAll(fabric, startAtMs + 60_000);
  expect(counters()).toEqual(before);
  fabric.setLink({ device: 'leaf-01', port: 'Ethernet1/1' }, true, startAtMs + 60_000);
  tickAll(fabric, startAtMs + 120_000);
  expect(new Map(counters()).get(errors)).toBe(String(100 + 3_000));
});

it('never uses more than a port has, and all hours of a day differ', () => {
  const fabric = makeFabric();
  const { ports } = fabric.device('spine-01')!;
  const port = ports.get('Ethernet1/1')!;
  const hours: number[] = [];
  for (let minute = 0; minute < 1_440; minute += 1) {
    const before = port.in.octets;
    tickAll(fabric, startAtMs + (minute + 1) * 60_000);
    const bps = Number(port.in.octets - before) * (8 / 60);
    expect(bps).toBeGreaterThan(0);
    expect(bps).toBeLessThanOrEqual(port.options.speedBps);
    hours[Math.floor(minute / 60)] = (hours[Math.floor(minute / 60)] ?? 0) + bps / 60;
  }
  expect(Math.max(...hours)).toBeGreaterThan(2 * Math.min(...hours));
});

it('refuses a fabric that its addresses can not hold', () => {
  expect(() => new Fabric({ leaves: 251, spines: 2, seed: 1, startAtMs })).toThrow(/251 leaves/);
});
