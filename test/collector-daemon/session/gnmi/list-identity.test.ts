import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Normaliser } from '../../../../collector-daemon/normalise/normaliser.ts';
import { zeroNormaliseCounters } from '../../../../collector-daemon/normalise/normalise-counters.ts';
import { SeriesRegistry } from '../../../../collector-daemon/normalise/series-registry.ts';
import {
  ExactNumber,
  type JsonObject,
} from '../../../../collector-daemon/session/gnmi/exact-json.ts';
import { ListIdentity } from '../../../../collector-daemon/session/gnmi/list-identity.ts';
import { notificationFromWire } from '../../../../collector-daemon/session/gnmi/notification-codec.ts';
import type { DataTrouble } from '../../../../core/telemetry/data-trouble.ts';
import type { DeviceId } from '../../../../core/id.ts';
import { formatPath } from '../../../../core/telemetry/path.ts';
import { textOf } from '../../../../core/telemetry/value.ts';
import { holds } from '../../../support/property.ts';
import { RecordedSamples } from '../../../support/recorded-samples.ts';
import { jsonIetf, wireNotification, wirePath, wireUpdate } from '../../../support/wire.ts';

/** One target, message after message. */
class Target {
  readonly lists = new ListIdentity();

  /** JSON values of the path `/x`, one an update. */
  read(...values: unknown[]) {
    return this.readAt(['x'], ...values);
  }

  readAt(path: Parameters<typeof wirePath>[0], ...values: unknown[]) {
    const update = values.map((json) => wireUpdate(wirePath(path), jsonIetf(json)));
    return notificationFromWire(wireNotification({ update }), 5, this.lists);
  }

  /** Leaves of that name: path of their parents, and value. */
  leaves(name: string, ...values: unknown[]): Record<string, string> {
    return leavesNamed(name, this.read(...values));
  }
}

function leavesNamed(
  name: string,
  { updates }: ReturnType<Target['read']>,
): Record<string, string> {
  return Object.fromEntries(
    updates
      .filter(({ path }) => path.elems.at(-1)!.name === name)
      .map(({ path, value }) => [
        formatPath({ ...path, elems: path.elems.slice(0, -1) }),
        textOf(value),
      ]),
  );
}

const processes = [
  { name: 'Exec', pid: 11, 'five-seconds': 1 },
  { name: 'Exec', pid: 12, 'five-seconds': 95 },
  { name: 'Exec', pid: 13, 'five-seconds': 2 },
];

describe('entries of a list', () => {
  test('of one name are told apart by what else identifies them', () => {
    const turned = processes.map(({ name, pid, ...rest }) => ({ name, ...rest, pid }));
    for (const list of [processes, turned]) {
      expect(new Target().leaves('five-seconds', { process: list })).toEqual({
        '/x/process[name=Exec][pid=11]': '1',
        '/x/process[name=Exec][pid=12]': '95',
        '/x/process[name=Exec][pid=13]': '2',
      });
    }
  });

  test.each([
    ['class-name', 'tc-1', 'tc-2'],
    ['interface-name', 'Gi0/0/0/1', 'Gi0/0/0/2'],
    ['mac-address', '00:11:22:33:44:55', '00:11:22:33:44:56'],
    ['sequence-id', 10, 20],
    ['pid', 1, 2],
    ['index', 0, 1],
    ['address', '10.0.0.1', '10.0.0.2'],
    ['ip-address', '2001:db8::1', '2001:db8::2'],
    ['prefix', '10.0.0.0/8', '10.0.0.0/9'],
    ['vlan-id', 7, 8],
    ['policy-name', 'a', 'b'],
    ['queue-id', '0', '1'],
    ['lane-index', 0, 1],
    ['afi-safi', 'ipv4-unicast', 'ipv6-unicast'],
    ['slot', 0, 1],
    ['ifName', 'eth1', 'eth2'],
    ['sensor_name', 'a', 'b'],
    // Nothing says that these are keys, but nothing else is there.
    ['traffic-class', 'gold', 'silver'],
    ['who', 'a', 'b'],
  ])('are keyed by %s', (key, one, two) => {
    const list = [one, two].map((value, at) => ({ drops: `${at}`, [key]: value, up: true }));
    expect(new Target().leaves('drops', { thing: list })).toEqual({
      [formatPath({
        origin: '',
        elems: [
          { name: 'x', keys: {} },
          { name: 'thing', keys: { [key]: `${one}` } },
        ],
      })]: '0',
      [formatPath({
        origin: '',
        elems: [
          { name: 'x', keys: {} },
          { name: 'thing', keys: { [key]: `${two}` } },
        ],
      })]: '1',
    });
  });

  test('are never keyed by what is counted, measured, or changes', () => {
    const { updates, ambiguous, undecodable } = new Target().read({
      thing: [
        {
          'in-octets': 5,
          'oper-status': 'UP',
          load: '0.5',
          'last-change': '17',
          'session-count': 3,
        },
        {
          'in-octets': 6,
          'oper-status': 'DOWN',
          load: '0.7',
          'last-change': '18',
          'session-count': 4,
        },
      ],
    });
    expect(updates).toEqual([]);
    expect(undecodable).toBe(2);
    expect(ambiguous?.map(({ path, entry }) => [formatPath(path), entry])).toEqual([
      ['/x/thing', expect.stringContaining('"oper-status":"UP"')],
      ['/x/thing', expect.stringContaining('"oper-status":"DOWN"')],
    ]);
  });

  test('that nothing tells apart are told with the path, and the others are stored', () => {
    const read = new Target().read({
      thing: [
        { name: 'a', drops: 1 },
        { name: 'a', drops: 2 },
        { name: 'b', drops: 3 },
      ],
    });
    expect(leavesNamed('drops', read)).toEqual({ '/x/thing[name=b]': '3' });
    expect(read.ambiguous?.map(({ path }) => formatPath(path))).toEqual(['/x/thing', '/x/thing']);
    expect(read.undecodedAt).toEqual([]);
  });

  test('that stand twice as they are, are one', () => {
    const twice = { name: 'a', drops: 1 };
    const read = new Target().read({ thing: [twice, { ...twice }] });
    expect(leavesNamed('drops', read)).toEqual({ '/x/thing[name=a]': '1' });
    expect(read.undecodable).toBe(0);
  });

  test('have the keys of their model where it is known', () => {
    const { readAt } = {
      readAt: (name: string, json: unknown) => new Target().readAt([name], json),
    };
    const read = readAt('interfaces-state', {
      interface: [{ name: 'eth0', type: 'x', 'if-index': 1, statistics: { 'in-octets': '5' } }],
    });
    expect(leavesNamed('in-octets', read)).toEqual({
      '/interfaces-state/interface[name=eth0]/statistics': '5',
    });
    const counters = { 'cos-counters': [{ 'cos-min': 0, 'cos-max': 3, 'tx-bytes': '7' }] };
    expect(leavesNamed('tx-bytes', readAt('subclass-list', counters))).toEqual({
      '/subclass-list/cos-counters[cos-max=3][cos-min=0]': '7',
    });
  });

  test('keep the key of OpenConfig in whichever container it is left', () => {
    const list = ['a', 'b'].map((name) => ({ state: { name, counters: { 'in-octets': '1' } } }));
    expect(new Target().leaves('in-octets', { interface: list })).toEqual({
      '/x/interface[name=a]/state/counters': '1',
      '/x/interface[name=b]/state/counters': '1',
    });
  });

  test('may have keys of any characters', () => {
    const names = ['a]b', 'a/b', 'back\\slash', 'k=v', '', 'Zürich ✓', '\n', '[x]', '*', '...'];
    const read = new Target().read({ thing: names.map((name, at) => ({ name, at })) });
    const found = read.updates
      .filter(({ path }) => path.elems.at(-1)!.name === 'at')
      .map(({ path, value }) => [path.elems[1]!.keys['name'], textOf(value)]);
    expect(found).toEqual(names.map((name, at) => [name, `${at}`]));
  });

  test('in lists in lists keep all keys, and are compared with those beside them alone', () => {
    const vrf = (name: string) => ({
      name,
      neighbor: [
        { address: '10.0.0.1', flaps: 1 },
        { address: '10.0.0.2', flaps: 2 },
      ],
    });
    expect(Object.keys(new Target().leaves('flaps', { vrf: [vrf('red'), vrf('blue')] }))).toEqual([
      '/x/vrf[name=red]/neighbor[address=10.0.0.1]',
      '/x/vrf[name=red]/neighbor[address=10.0.0.2]',
      '/x/vrf[name=blue]/neighbor[address=10.0.0.1]',
      '/x/vrf[name=blue]/neighbor[address=10.0.0.2]',
    ]);
  });

  test('empty lists, lists of scalars and of lists are no entries', () => {
    const { updates, undecodable } = new Target().read({
      none: [],
      tags: ['1.10', 2, true],
      odd: [[1], [2]],
    });
    expect(updates.map(({ path, value }) => [formatPath(path), textOf(value)])).toEqual([
      ['/x/none', '[]'],
      ['/x/tags', '["1.10","2","true"]'],
    ]);
    expect(undecodable).toBe(1);
  });
});

describe('from message to message', () => {
  test('an entry keeps its keys, though the one that needed them is gone', () => {
    const target = new Target();
    const split = processes.map(({ pid, ...rest }) => ({ ...rest, pid }));
    target.read({ process: split });
    expect(target.leaves('five-seconds', { process: [split[1]] })).toEqual({
      '/x/process[name=Exec][pid=12]': '95',
    });
  });

  test('an entry that lacks a part of its key is the one that it can be', () => {
    const target = new Target();
    target.read({
      process: [
        { name: 'Exec', pid: 11 },
        { name: 'Exec', pid: 12 },
        { name: 'Init', pid: 1 },
      ],
    });
    const read = target.read({
      process: [
        { name: 'Init', cpu: 3 },
        { name: 'Exec', cpu: 4 },
        { name: 'New', cpu: 5 },
      ],
    });
    expect(leavesNamed('cpu', read)).toEqual({
      '/x/process[name=Init][pid=1]': '3',
      '/x/process[name=New]': '5',
    });
    expect(read.ambiguous).toHaveLength(1);
  });

  test('entries that come one by one in one message are compared', () => {
    const [one, two] = [
      { name: 'Exec', cpu: 1, pid: 11 },
      { name: 'Exec', cpu: 2, pid: 12 },
    ];
    expect(new Target().leaves('cpu', { process: [one] }, { process: [two] })).toEqual({
      '/x/process[name=Exec][pid=11]': '1',
      '/x/process[name=Exec][pid=12]': '2',
    });
  });

  test('entries that take turns are two, one that was replaced is one', () => {
    const exec = (pid: number) => ({ process: [{ name: 'Exec', cpu: pid, pid }] });
    const turns = new Target();
    for (const pid of [11, 12]) turns.read(exec(pid));
    expect(turns.leaves('cpu', exec(11))).toEqual({ '/x/process[name=Exec][pid=11]': '11' });
    const replaced = new Target();
    for (const pid of [11, 12, 12]) replaced.read(exec(pid));
    expect(replaced.leaves('cpu', exec(13))).toEqual({ '/x/process[name=Exec]': '13' });
  });

  test('a list that is the value itself is the list of that name', () => {
    const target = new Target();
    target.read({ process: [processes[0], processes[1]].map((one) => ({ ...one })) });
    const read = target.readAt(['x', 'process'], [processes[2]]);
    expect(leavesNamed('five-seconds', read)).toEqual({ '/x/process[name=Exec][pid=13]': '2' });
  });

  test('where a list needs more keys, the series of before end and others begin', () => {
    const target = new Target();
    const registry = new SeriesRegistry();
    const writer = new RecordedSamples();
    const troubles: DataTrouble[] = [];
    const normaliser = new Normaliser({
      deviceId: '00000000-0000-0000-0000-000000000001' as DeviceId,
      registry,
      writer,
      counters: zeroNormaliseCounters(),
      troubles: { noticed: (trouble) => troubles.push(trouble) },
    });
    const cpu = (name: string, value: number, pid: number) => ({ name, cpu: value, pid });
    normaliser.accept(target.read({ process: [cpu('Exec', 1, 11), cpu('Init', 9, 1)] }));
    normaliser.accept(target.read({ process: [cpu('Exec', 2, 11), cpu('Exec', 3, 12)] }));
    const named = (series: number) => registry.definition(series).path;
    const rows = writer.rows.filter(({ series }) => named(series).endsWith('/cpu'));
    expect(rows.map(({ series, value }) => [named(series), value])).toEqual([
      ['/x/process[name=Exec]/cpu', 1],
      ['/x/process[name=Init]/cpu', 9],
      ['/x/process[name=Exec][pid=11]/cpu', 2],
      ['/x/process[name=Exec][pid=12]/cpu', 3],
    ]);
    const ended = writer.ends
      .map(([series]) => named(series))
      .filter((path) => path.endsWith('/cpu'));
    expect(ended.toSorted()).toEqual(['/x/process[name=Exec]/cpu', '/x/process[name=Init]/cpu']);
    normaliser.accept(target.read({ nothing: [{ load: 1 }, { load: 2 }] }));
    expect(troubles).toMatchObject([
      { kind: 'ambiguous-keys', path: '/x/nothing', count: 1 },
      { kind: 'ambiguous-keys', path: '/x/nothing', count: 1 },
    ]);
  });
});

test('ten thousand entries cost five times the looks of two thousand', () => {
  const place = { above: [], name: 'process' };
  const looksAt = (count: number) => {
    let looks = 0;
    const counted = (entry: JsonObject) =>
      new Proxy(entry, {
        ownKeys: (target) => {
          looks += 1;
          return Reflect.ownKeys(target);
        },
      });
    const lists = new ListIdentity();
    const entries = Array.from({ length: count }, (_, at) =>
      counted({ name: `e${at % (count / 2)}`, drops: 'x', pid: new ExactNumber(`${at}`) }),
    );
    expect(new Set(lists.keysOf(place, entries).map((keys) => JSON.stringify(keys))).size).toBe(
      count,
    );
    lists.nextNotification();
    const parts = entries.map((_, at) => counted({ pid: new ExactNumber(`${at}`) }));
    expect(lists.keysOf(place, parts).map((keys) => keys?.['name'])).toEqual(
      entries.map(({ name }) => name),
    );
    return looks;
  };
  expect(looksAt(10_000)).toBe(5 * looksAt(2_000));
});

test('however entries look, two of one message are never one series, and none is lost in silence', () => {
  const entry = fc.record(
    {
      name: fc.constantFrom('a', 'b'),
      pid: fc.nat(3),
      index: fc.nat(2),
      who: fc.constantFrom('x', 'y'),
      status: fc.constantFrom('UP', 'DOWN'),
      drops: fc.nat(5),
      load: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: [] },
  );
  const messages = fc.array(fc.array(entry, { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  holds([messages], (lists) => {
    const target = new Target();
    for (const list of lists) {
      const { updates, ambiguous } = target.read({
        thing: list.map((one, at) => ({ ...one, mark: { at } })),
      });
      const marks = updates.filter(({ path }) => path.elems.at(-1)!.name === 'at');
      const places = marks.map(({ path }) => formatPath(path));
      expect(new Set(places).size).toBe(marks.length);
      expect(marks.length + (ambiguous?.length ?? 0)).toBe(list.length);
    }
  });
});
