import { describe, expect, test } from 'vitest';
import { FactsWatch } from '../../../collector-daemon/session/facts-watch.ts';
import { reportedFacts } from '../../../collector-daemon/session/reported-facts.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import { type Path, parsePath } from '../../../core/telemetry/path.ts';

type Leaves = Readonly<Record<string, string>>;

function factsOf(components: Readonly<Record<string, Leaves>>, system: Leaves = {}) {
  return reportedFacts({
    system: new Map(Object.entries(system)),
    components: new Map(
      Object.entries(components).map(([name, leaves]) => [name, new Map(Object.entries(leaves))]),
    ),
  });
}

describe('the chassis', () => {
  const label = { 'part-no': 'DCS-7050SX3', 'serial-no': 'JPE1' };

  test.each([
    ['its type with the module', { Chassis: { type: 'openconfig-platform-types:CHASSIS' } }],
    ['its type with the prefix', { Chassis: { type: 'oc-platform-types:CHASSIS' } }],
    ['its bare type', { '0/RP0': { type: 'CHASSIS' } }],
    ['a type of another catalogue', { 'sys-1': { type: 'iana-hardware:chassis' } }],
    ['the name chassis', { chassis: {} }],
    ['the name Rack 0-Chassis', { 'Rack 0-Chassis': {} }],
    ['the name CHASSIS0', { CHASSIS0: {} }],
    ['the name Chassis-1', { 'Chassis-1': {} }],
  ])('is known by %s', (_, components) => {
    const [[name, leaves] = ['', {}]] = Object.entries<Leaves>(components);
    const others = {
      'Chassis Fan 1': { 'serial-no': 'FAN' },
      'Linecard 1': { type: 'LINECARD', 'serial-no': 'LC' },
    };
    expect(factsOf({ ...others, [name]: { ...leaves, ...label } })).toMatchObject({
      model: 'DCS-7050SX3',
      serial: 'JPE1',
    });
  });

  test('of several is the one that says most, then the first by its number', () => {
    const stack = {
      'Rack 10-Chassis': { type: 'CHASSIS', 'serial-no': 'J' },
      'Rack 2-Chassis': { type: 'CHASSIS', 'serial-no': 'B' },
      'Rack 1-Chassis': { type: 'CHASSIS', 'serial-no': 'N/A' },
    };
    expect(factsOf(stack).serial).toBe('B');
    const fuller = { type: 'CHASSIS', 'serial-no': 'Z', 'part-no': 'P' };
    expect(factsOf({ ...stack, 'Rack 11-Chassis': fuller }).serial).toBe('Z');
  });

  test('by type goes before one by name', () => {
    const components = { Chassis: { 'serial-no': 'NAME' }, box: { type: 'CHASSIS', ...label } };
    expect(factsOf(components).serial).toBe('JPE1');
  });

  test.each<[Leaves, string | null]>([
    [{ 'model-name': 'M', 'part-no': 'P', description: 'D' }, 'M'],
    [{ 'part-no': 'P', description: 'D' }, 'P'],
    [{ 'part-no': '', description: 'D' }, 'D'],
    [{ 'part-no': 'To Be Filled By O.E.M.' }, null],
  ])('with %j is of the model %j', (leaves, model) => {
    expect(factsOf({ Chassis: leaves }).model).toBe(model);
  });
});

describe('texts', () => {
  test.each([
    ['JPE1', 'JPE1'],
    ['  JPE1   ', 'JPE1'],
    ['JPE1\0\0\0', 'JPE1'],
    ['N/A', null],
    ['Not Available', null],
    ['Default string', null],
    ['0000000000', null],
    ['', null],
    ['x'.repeat(9_999), 'x'.repeat(255)],
  ])('%j counts as %j', (text, expected) => {
    expect(factsOf({ Chassis: { 'serial-no': text } }).serial).toBe(expected);
  });

  test('the platform is the operating system, or else the maker', () => {
    const chassis = { type: 'CHASSIS', 'mfg-name': 'Vesper Networks' };
    const os = { type: 'openconfig-platform-types:OPERATING_SYSTEM', 'software-version': '4.1' };
    expect(factsOf({ chassis, os })).toMatchObject({
      platform: 'Vesper Networks',
      vendor: 'Vesper Networks',
      softwareVersion: '4.1',
    });
    const named = { ...os, description: 'VesperOS' };
    expect(factsOf({ chassis, os: named }, { 'software-version': '4.2' })).toMatchObject({
      platform: 'VesperOS',
      softwareVersion: '4.2',
    });
  });

  test.each([
    ['1795262400123456789', 1_795_262_400_123],
    ['1795262400123456', 1_795_262_400_123],
    ['1795262400123', 1_795_262_400_123],
    ['1795262400', 1_795_262_400_000],
    ['0', null],
    ['42', null],
    ['yesterday', null],
  ])('the boot-time %s is %s', (text, ms) => {
    expect(factsOf({}, { 'boot-time': text }).bootedAtMs).toBe(ms);
  });
});

describe('over a session', () => {
  function at(text: string): Path {
    const path = parsePath(text);
    if (!path.ok) throw new Error(path.problem);
    return path.value;
  }

  function update(
    values: Readonly<Record<string, string>>,
    rest: Partial<Extract<Notification, { kind: 'update' }>> = {},
  ): Notification {
    return {
      kind: 'update',
      timestampNs: 0n,
      receivedAtMs: 0,
      atomicUnder: null,
      deletes: [],
      updates: Object.entries(values).map(([path, value]) => ({
        path: at(path),
        value: { kind: 'text', value },
        duplicates: 0,
      })),
      undecodable: 0,
      ...rest,
    };
  }
  const sync: Notification = { kind: 'sync', receivedAtMs: 0, refused: [] };
  const gap: Notification = { kind: 'gap', receivedAtMs: 0, reason: '' };
  const chassis = '/components/component[name=Chassis]/state';

  test('facts are told when the first set is complete, and follow every change after it', () => {
    const watch = new FactsWatch();
    watch.accept(update({ [`${chassis}/serial-no`]: 'A', '/system/state/hostname': 'leaf-01' }));
    watch.accept(
      update({ [`${chassis}/part-no`]: 'P', '/interfaces/interface[name=x]/state': '' }),
    );
    expect(watch.facts).toBeUndefined();
    watch.accept(sync);
    expect(watch.facts).toMatchObject({ serial: 'A', model: 'P', hostname: 'leaf-01' });
    watch.accept(update({ [`${chassis}/serial-no`]: 'B' }));
    expect(watch.facts).toMatchObject({ serial: 'B', model: 'P' });
    watch.accept(update({}, { deletes: [at('/components/component[name=*]/state/part-no')] }));
    expect(watch.facts).toMatchObject({ serial: 'B', model: null });
    const atomic = { atomicUnder: at('/components/component[name=Chassis]') };
    watch.accept(update({ [`${chassis}/part-no`]: 'Q' }, atomic));
    expect(watch.facts).toMatchObject({ serial: null, model: 'Q' });
  });

  test('after a break the old ones stand until the new set is complete', () => {
    const watch = new FactsWatch();
    watch.accept(update({ [`${chassis}/serial-no`]: 'A', [`${chassis}/part-no`]: 'P' }));
    watch.accept(sync);
    watch.accept(gap);
    watch.accept(update({ [`${chassis}/serial-no`]: 'B' }));
    expect(watch.facts).toMatchObject({ serial: 'A', model: 'P' });
    watch.accept(sync);
    expect(watch.facts).toMatchObject({ serial: 'B', model: 'P' });
  });

  test.each([
    ['says nothing before its sync', {}],
    ['has its components refused this time', { '/system/state/hostname': 'leaf-01' }],
  ])('a target that %s takes nothing back', (_, values) => {
    const watch = new FactsWatch();
    watch.accept(sync);
    expect(watch.facts).toBeUndefined();
    watch.accept(update({ [`${chassis}/serial-no`]: 'A', '/system/state/hostname': 'leaf-01' }));
    expect(watch.facts).toEqual({ serial: 'A', hostname: 'leaf-01' });
    watch.accept(gap);
    watch.accept(update(values));
    watch.accept(sync);
    expect(watch.facts).toEqual({ serial: 'A', hostname: 'leaf-01' });
    watch.accept(update({ [`${chassis}/serial-no`]: 'B' }));
    expect(watch.facts).toEqual({ serial: 'B', hostname: 'leaf-01' });
  });

  test('what is deleted is taken back, also when nobody asked in between', () => {
    const watch = new FactsWatch();
    watch.accept(update({ [`${chassis}/serial-no`]: 'A', [`${chassis}/part-no`]: 'P' }));
    watch.accept(sync);
    watch.accept(update({}, { deletes: [at(`${chassis}/serial-no`)] }));
    expect(watch.facts).toEqual({ serial: null, model: 'P' });
    watch.accept(gap);
    watch.accept(sync);
    expect(watch.facts).toEqual({ serial: null, model: 'P' });
  });

  describe('a component without a type', () => {
    const serial = { '/components/component[name=box]/state/serial-no': 'A' };
    const type = { '/components/component[name=box]/state/type': 'CHASSIS' };
    const after = (receivedAtMs: number) => ({ receivedAtMs });

    test.each([
      ['before', 0, 20_000],
      ['after', 21_000, 20_000],
    ])('that said its serial %s the sync is waited for', (_, saidAtMs, syncedAtMs) => {
      const watch = new FactsWatch();
      const said = update(serial, after(saidAtMs));
      const synced = { ...sync, receivedAtMs: syncedAtMs };
      for (const one of saidAtMs < syncedAtMs ? [said, synced] : [synced, said]) watch.accept(one);
      expect(watch.facts).toBeUndefined();
      watch.accept(update(type, after(29_999)));
      expect(watch.facts).toEqual({ serial: 'A' });
    });

    test('is let go after some seconds, whatever is said then', () => {
      const watch = new FactsWatch();
      watch.accept(update(serial));
      watch.accept(sync);
      expect(watch.facts).toBeUndefined();
      watch.accept(update({ '/interfaces/interface[name=x]/state/mtu': '' }, after(10_000)));
      expect(watch.facts).toBeUndefined();
      watch.accept(update(type, after(10_001)));
      expect(watch.facts).toBeUndefined();
    });

    test('is let go at once where its type is no chassis', () => {
      const watch = new FactsWatch();
      watch.accept(
        update({ ...serial, '/components/component[name=box]/state/type': 'POWER_SUPPLY' }),
      );
      watch.accept(sync);
      expect(watch.facts).toBeUndefined();
      // Said alone it is not what its component once was.
      watch.accept(update(type));
      expect(watch.facts).toBeUndefined();
    });
  });
});
