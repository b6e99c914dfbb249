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

it('moves counters exactly with time and never back', () => {
  const fabric = makeFabric();
  const model = fabric.device('spine-01')!;
  const counters = [...model.leaves()].filter((leaf) => leaf.path.elems[3]?.name === 'counters');
  expect(counters).toHaveLength(3 * 11);
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
  });
});

it('carries nothing over a cable that is out', () => {
  const fabric = makeFabric();
  const path = '/interfaces/interface[name=Ethernet1/1]/state/counters/in-octets';
  fabric.setLink({ device: 'leaf-01', port: 'Ethernet1/1' }, false, startAtMs + 1_000);
  const before = read(fabric, 'leaf-01', path);
  tickAll(fabric, startAtMs + 60_000);
  expect(read(fabric, 'leaf-01', path)).toBe(before);
});

it('refuses a fabric that its addresses can not hold', () => {
  expect(() => new Fabric({ leaves: 251, spines: 2, seed: 1, startAtMs })).toThrow(/251 leaves/);
});
