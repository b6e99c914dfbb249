import { expect, test } from 'vitest';
import { notificationFromWire } from '../../../../collector-daemon/session/gnmi/notification-codec.ts';
import { formatPath } from '../../../../core/telemetry/path.ts';
import { textOf } from '../../../../core/telemetry/value.ts';
import { Encoding, type Notification } from '../../../../proto/generated/gnmi/gnmi.ts';
import { jsonIetf, typed, wireNotification, wirePath, wireUpdate } from '../../../support/wire.ts';

const port = wirePath(['interfaces', ['interface', { name: 'Ethernet1/1' }]]);

function decode(rest: Partial<Notification>) {
  const notification = notificationFromWire(wireNotification({ prefix: port, ...rest }), 5);
  if (notification.kind !== 'update') throw new Error('expected an update');
  return notification;
}

test('updates get their whole path, and JSON its leaves', () => {
  const { updates, undecodable, undecodedAt, timestampNs, receivedAtMs } = decode({
    timestamp: 7n,
    update: [
      wireUpdate(wirePath(['state', 'mtu']), typed({ $case: 'uintVal', value: 9_216n }), 3),
      wireUpdate(wirePath(['state']), jsonIetf({ 'oper-status': 'UP', tags: [[1]] })),
      wireUpdate(
        wirePath(['state', 'odd']),
        typed({ $case: 'anyVal', value: { typeUrl: '', value: new Uint8Array() } }),
      ),
      wireUpdate(wirePath(['state', 'empty']), undefined),
    ],
  });
  expect(
    updates.map(({ path, value, duplicates }) => [formatPath(path), textOf(value), duplicates]),
  ).toEqual([
    ['/interfaces/interface[name=Ethernet1/1]/state/mtu', '9216', 3],
    ['/interfaces/interface[name=Ethernet1/1]/state/oper-status', 'UP', 0],
  ]);
  expect({ undecodable, timestampNs, receivedAtMs }).toEqual({
    undecodable: 3,
    timestampNs: 7n,
    receivedAtMs: 5,
  });
  expect(undecodedAt?.map((path) => formatPath(path))).toEqual(
    ['tags', 'odd', 'empty'].map((leaf) => `/interfaces/interface[name=Ethernet1/1]/state/${leaf}`),
  );
});

test('a list that is the value itself gets its keys at the end of the path', () => {
  const list = jsonIetf([
    { index: 0, state: { mtu: 1_500 } },
    { index: 1, config: {}, up: [null] },
    { nameless: true },
  ]);
  const keyed = jsonIetf([{ name: 'n', x: 1 }]);
  const { updates, undecodable, undecodedAt, ambiguous } = decode({
    update: [wireUpdate(wirePath(['subinterface']), list), wireUpdate(wirePath([]), keyed)],
  });
  const port = '/interfaces/interface[name=Ethernet1/1]';
  expect(updates.map(({ path, value }) => [formatPath(path), textOf(value)])).toEqual([
    [`${port}/subinterface[index=0]/index`, '0'],
    [`${port}/subinterface[index=0]/state/mtu`, '1500'],
    [`${port}/subinterface[index=1]/index`, '1'],
    [`${port}/subinterface[index=1]/up`, 'true'],
  ]);
  // An entry with nothing to tell it by, and one that has no list to stand in.
  expect(undecodable).toBe(2);
  expect(ambiguous?.map(({ path }) => formatPath(path))).toEqual([`${port}/subinterface`]);
  expect(undecodedAt?.map((path) => formatPath(path))).toEqual([port]);
});

test('deletes get their whole path, and may name the prefix itself', () => {
  const { deletes } = decode({ delete: [wirePath(['state']), wirePath([])] });
  expect(deletes.map((path) => formatPath(path))).toEqual([
    '/interfaces/interface[name=Ethernet1/1]/state',
    '/interfaces/interface[name=Ethernet1/1]',
  ]);
});

test('an atomic message is the whole subtree under its prefix', () => {
  const { atomicUnder } = decode({ atomic: true });
  expect(formatPath(atomicUnder!)).toBe('/interfaces/interface[name=Ethernet1/1]');
  expect(decode({}).atomicUnder).toBeNull();
});

test('the value of old targets is read where there is no new one', () => {
  const value = { type: Encoding.JSON, value: new TextEncoder().encode('5') };
  const { updates } = decode({
    update: [{ path: wirePath(['a']), value, val: undefined, duplicates: 0 }],
  });
  expect(updates.map(({ value: decoded }) => textOf(decoded))).toEqual(['5']);
});

test('what identifies something stays text, though it is a JSON string that looks like a number', () => {
  const { updates } = decode({
    update: [
      wireUpdate(
        wirePath(['state']),
        jsonIetf({
          'software-version': '4.20',
          'serial-no': '0123',
          'part-no': '73100',
          description: '42',
          counters: { 'in-octets': '73100' },
          power: '4.20',
          mtu: 9_216,
        }),
      ),
      wireUpdate(wirePath(['state', 'hardware-version']), jsonIetf('"1.0"')),
      wireUpdate(wirePath(['state', 'group-id']), jsonIetf('7')),
    ],
  });
  expect(updates.map(({ path, value }) => [path.elems.at(-1)!.name, value.kind])).toEqual([
    ['software-version', 'text'],
    ['serial-no', 'text'],
    ['part-no', 'text'],
    ['description', 'text'],
    ['in-octets', 'uint'],
    ['power', 'decimal'],
    ['mtu', 'uint'],
    ['hardware-version', 'text'],
    ['group-id', 'uint'],
  ]);
  expect(updates.map(({ value }) => textOf(value))).toContain('4.20');
});
