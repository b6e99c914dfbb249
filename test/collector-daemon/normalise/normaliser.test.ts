import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Notification } from '../../../core/telemetry/notification.ts';
import { quality } from '../../../core/telemetry/sample.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';
import {
  at,
  gap,
  leafValue,
  hostname,
  mtu,
  normalise,
  nowMs,
  octets,
  packets,
  port,
  status,
  stored,
  sync,
  type UpdateParts,
  updates,
} from '../../support/normalised.ts';
import { leafOne } from '../../support/collection.ts';
import { pathOf } from '../../support/paths.ts';
import { holds } from '../../support/property.ts';

describe('counters', () => {
  test('a sample has the exact increase and span since its predecessor', () => {
    const { rows } = normalise([
      at(0, { [octets]: 2n ** 53n }),
      at(10, { [octets]: 2n ** 53n + 1n }),
      at(15, { [octets]: 2n ** 53n + 1n }),
    ]);
    expect(rows).toMatchObject([
      { delta: Number.NaN, spanMs: -1, quality: 0 },
      { delta: 1, spanMs: 10_000, quality: 0 },
      { delta: 0, spanMs: 5_000, quality: 0 },
    ]);
  });

  test('a gap is not bridged', () => {
    const { deltas } = normalise([
      at(0, { [octets]: 10n }),
      gap,
      at(1, { [octets]: 20n }),
      at(2, { [octets]: 25n }),
    ]);
    expect(deltas).toEqual([Number.NaN, Number.NaN, 5]);
  });

  test('a sample out of order is stored without a delta and does not disturb the others', () => {
    const { rows, deltas } = normalise([
      at(0, { [octets]: 10n }),
      at(2, { [octets]: 30n }),
      at(1, { [octets]: 20n }),
      at(3, { [octets]: 35n }),
    ]);
    expect(rows.map(({ second }) => second)).toEqual([0, 2, 1, 3]);
    expect(deltas).toEqual([Number.NaN, 20, Number.NaN, 5]);
    expect(rows[3]).toMatchObject({ spanMs: 1_000 });
  });

  test('a value sent again is not stored again, and another value of the same time is', () => {
    const { rows, counters } = normalise([
      at(0, { [octets]: 10n }),
      at(0, { [octets]: 10n }),
      at(0, { [octets]: 11n }),
      at(1, { [octets]: 15n }),
    ]);
    expect(counters).toMatchObject({ received: 4, repeated: 1 });
    expect(rows).toMatchObject([{ value: 10 }, { value: 11, spanMs: -1 }, { value: 15, delta: 5 }]);
  });

  test('after a reconnect the same sample again is a repeat', () => {
    const { rows, counters } = normalise([
      at(0, { [octets]: 10n }),
      gap,
      at(0, { [octets]: 10n }),
      sync,
    ]);
    expect(rows).toHaveLength(1);
    expect(counters.repeated).toBe(1);
  });

  test('gauges have no delta', () => {
    const { rows } = normalise([at(0, { [mtu]: 1_500n }), at(1, { [mtu]: 9_216n })]);
    expect(rows).toMatchObject([{ delta: Number.NaN }, { delta: Number.NaN, spanMs: -1 }]);
  });
});

describe('states', () => {
  test('an unchanged state is stored once, whether it is sent again or after a reconnect', () => {
    const { rows, counters } = normalise([
      at(0, { [status]: 'UP' }),
      at(1, { [status]: 'UP' }),
      gap,
      at(2, { [status]: 'UP' }),
      sync,
      at(3, { [status]: 'DOWN' }),
      at(4, { [status]: 'UP' }),
    ]);
    expect(rows.map(({ second, value }) => [second, value])).toEqual([
      [0, 'UP'],
      [3, 'DOWN'],
      [4, 'UP'],
    ]);
    expect(counters).toMatchObject({ received: 5, unchanged: 2 });
  });

  test('an older state is stored, and the newer one stays the last', () => {
    const { rows, counters } = normalise([
      at(5, { [status]: 'UP' }),
      at(1, { [status]: 'DOWN' }),
      at(6, { [status]: 'UP' }),
    ]);
    expect(rows.map(({ value }) => value)).toEqual(['UP', 'DOWN']);
    expect(counters.unchanged).toBe(1);
  });

  test('booleans and lists are states', () => {
    const list: LeafValue = { kind: 'list', items: [{ kind: 'text', value: 'a' }] };
    const { rows } = normalise([at(0, { '/a/enabled': true, '/a/members': list })]);
    expect(rows).toMatchObject([
      { kind: 'text', value: 'true' },
      { kind: 'text', value: '["a"]' },
    ]);
  });
});

describe('what one notification says', () => {
  test('deletes come before updates', () => {
    const { deltas, counters } = normalise([
      at(0, { [octets]: 10n, [packets]: 1n }),
      at(1, { [octets]: 15n }, { deletes: [pathOf(`${port}/counters`)] }),
      at(2, { [octets]: 16n, [packets]: 3n }),
    ]);
    expect(deltas).toEqual([Number.NaN, Number.NaN, Number.NaN, 1, Number.NaN]);
    expect(counters.deleted).toBe(2);
  });

  test('a delete may hold wildcards', () => {
    const { counters } = normalise([
      at(0, { [octets]: 1n, [status]: 'UP', '/system/state/hostname': 'leaf-01' }),
      at(1, {}, { deletes: [pathOf('/interfaces/interface[name=*]/state')] }),
    ]);
    expect(counters.deleted).toBe(2);
  });

  test('of a path that stands twice the last counts', () => {
    const { rows, counters } = normalise([
      at(0, {}, { updates: [...updates({ [octets]: 1n }), ...updates({ [octets]: 5n })] }),
      at(1, { [octets]: 7n }),
    ]);
    expect(rows).toMatchObject([{ value: 5 }, { value: 7, delta: 2 }]);
    expect(counters).toMatchObject({ received: 3, repeated: 1 });
  });

  test('an atomic message is the whole subtree: what is not in it is gone', () => {
    const { deltas, counters } = normalise([
      at(0, { [octets]: 10n, [packets]: 10n, [status]: 'UP' }),
      at(1, { [octets]: 11n }, { atomicUnder: pathOf(`${port}/counters`) }),
      at(2, { [octets]: 12n, [packets]: 12n, [status]: 'UP' }),
    ]);
    expect(deltas).toEqual([Number.NaN, Number.NaN, 'UP', 1, 1, Number.NaN]);
    expect(counters).toMatchObject({ deleted: 1, unchanged: 1 });
  });

  test('after a reconnect, what was not sent again before sync is gone', () => {
    const { rows, counters } = normalise([
      at(0, { [status]: 'UP', [mtu]: 1_500n }),
      sync,
      gap,
      at(1, { [mtu]: 1_500n }),
      sync,
      at(2, { [status]: 'UP' }),
    ]);
    expect(counters.deleted).toBe(1);
    expect(rows.filter(({ path }) => path === status)).toHaveLength(2);
  });

  test('a second sync without a reconnect sweeps nothing', () => {
    const { counters } = normalise([at(0, { [status]: 'UP' }), sync, at(1, { [mtu]: 1n }), sync]);
    expect(counters.deleted).toBe(0);
  });

  test('coalesced values and clock faults are counted and marked', () => {
    const [leaf] = updates({ [octets]: 1n });
    const { rows, counters } = normalise([
      at(0, {}, { updates: [{ ...leaf!, duplicates: 4 }] }),
      at(10, { [octets]: 2n }, { timestampNs: 5n }),
    ]);
    expect(rows).toMatchObject([
      { quality: quality.coalesced },
      { quality: quality.clockFault, second: 10.02, delta: 1 },
    ]);
    expect(counters).toMatchObject({ coalesced: 4, clockFaults: 1 });
  });
});

describe('series', () => {
  test('a leaf that changes its class starts a new series', () => {
    const { registry, rows } = normalise([
      at(0, { [mtu]: 1_500n }),
      at(1, { [mtu]: 'unknown' }),
      at(2, { [mtu]: 1_500n }),
    ]);
    expect(rows.map(({ series }) => series)).toEqual([0, 1, 0]);
    expect([registry.definition(0).kind, registry.definition(1).kind]).toEqual(['gauge', 'state']);
  });

  test('a series knows its device, metric and keys', () => {
    const { registry } = normalise([at(0, { [octets]: 1n })]);
    expect(registry.definition(0)).toEqual({
      ref: 0,
      deviceId: leafOne,
      path: octets,
      metric: '/interfaces/interface/state/counters/in-octets',
      keys: { 'interface/name': 'Ethernet1/1' },
      kind: 'counter',
      unit: 'By',
    });
  });

  test('beyond the limit, new leaves are counted and the known ones go on', () => {
    const { rows, counters } = normalise(
      [at(0, { '/a': 1, '/b': 1, '/c': 1 }), at(1, { '/a': 2, '/c': 2 })],
      2,
    );
    expect(rows.map(({ path }) => path)).toEqual(['/a', '/b', '/a']);
    expect(counters).toMatchObject({ received: 5, overLimit: 2 });
  });

  test('a deleted leaf makes room', () => {
    const { counters } = normalise(
      [at(0, { '/a': 1 }), at(1, { '/b': 1 }, { deletes: [pathOf('/a')] })],
      1,
    );
    expect(counters.overLimit).toBe(0);
  });
});

describe('the end of a series', () => {
  const deletes = (...paths: readonly string[]) => ({ deletes: paths.map(pathOf) });

  test('has the time of the delete, for each leaf under the container', () => {
    const { ends } = normalise([
      at(0, { [octets]: 1n, [status]: 'UP', [hostname]: 'leaf-01' }),
      at(5, {}, deletes('/interfaces/interface[name=Ethernet1/1]')),
      at(6, {}, deletes('/interfaces/interface[name=Ethernet1/1]')),
    ]);
    expect(ends.map(String).toSorted()).toEqual([`${octets},5`, `${status},5`]);
  });

  test('is none where the same message sends the leaf again', () => {
    const { ends, counters } = normalise([
      at(0, { [octets]: 1n, [packets]: 1n, [status]: 'UP' }),
      at(5, { [octets]: 2n, [status]: 'UP' }, deletes(port)),
    ]);
    expect(ends).toEqual([[packets, 5]]);
    expect(counters).toMatchObject({ deleted: 3, unchanged: 1 });
  });

  test('has the time of the atomic message that lacks the leaf', () => {
    const { ends, deltas } = normalise([
      at(0, { [octets]: 1n, [packets]: 1n, [status]: 'UP' }),
      at(5, { [octets]: 2n }, { atomicUnder: pathOf(`${port}/counters`) }),
    ]);
    expect(ends).toEqual([[packets, 5]]);
    expect(deltas.at(-1)).toBe(1);
  });

  test('has the time of the sync that the leaf was not sent again before', () => {
    const { ends } = normalise([
      at(0, { [octets]: 1n, [status]: 'UP' }),
      sync,
      gap,
      at(1, { [octets]: 2n }),
      { kind: 'sync', receivedAtMs: nowMs + 2_000, refused: [] },
      gap,
      at(3, { [octets]: 3n }),
      { kind: 'sync', receivedAtMs: nowMs + 4_000, refused: [] },
    ]);
    expect(ends).toEqual([[status, 2]]);
  });

  test('is not concluded of what the target was not asked for in this connect', () => {
    const { ends, deltas } = normalise([
      at(0, { '/refused/in-octets': 1n, [mtu]: 1n }),
      gap,
      sync,
      gap,
      at(1, { '/refused/in-octets': 5n }),
      sync,
    ]);
    expect(ends).toEqual([[mtu, 0.000001]]);
    expect(deltas).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('is none where a value came that no decoder knew', () => {
    const undecoded = (...paths: readonly string[]): UpdateParts => ({
      undecodable: paths.length,
      undecodedAt: paths.map(pathOf),
    });
    const { ends, counters } = normalise([
      at(0, { [octets]: 1n, [packets]: 1n, [status]: 'UP', [mtu]: 1n }),
      at(1, { [octets]: 2n }, { atomicUnder: pathOf(`${port}/counters`), ...undecoded(packets) }),
      at(2, {}, { ...deletes(status), ...undecoded(status) }),
      gap,
      at(3, {}, undecoded(`${port}/counters`, status)),
      sync,
      gap,
      at(4, { [octets]: 4n }),
      sync,
    ]);
    expect(ends).toEqual([
      [mtu, 0.000001],
      [packets, 0.000001],
      [status, 0.000001],
    ]);
    expect(counters).toMatchObject({ received: 10, undecodable: 4, deleted: 4 });
  });

  test('has the time of receipt where the stamp is refused, as a sample has', () => {
    const { ends } = normalise([
      at(0, { [status]: 'UP' }),
      at(5, {}, { ...deletes(port), timestampNs: 7n }),
    ]);
    expect(ends).toEqual([[status, 5.02]]);
  });

  test('of our own clock comes after the newest sample', () => {
    const { ends } = normalise([
      at(4, { [status]: 'UP', [mtu]: 1n }, { receivedAtMs: nowMs }),
      at(1, {}, { ...deletes(status), timestampNs: 0n }),
      gap,
      { kind: 'sync', receivedAtMs: nowMs + 2_000, refused: [] },
    ]);
    expect(ends).toEqual([
      [status, 4.000001],
      [mtu, 4.000001],
    ]);
  });

  test('of a leaf that changes its class is that of the old series', () => {
    const { ends } = normalise([
      at(0, { [mtu]: 1_500n }),
      at(1, { [mtu]: 'unknown' }),
      at(2, { [mtu]: -1n }),
      at(3, { [mtu]: 1n }),
    ]);
    expect(ends).toEqual([
      [mtu, 1],
      [mtu, 2],
    ]);
  });
});

describe('what the store knows from before', () => {
  test('ends where it was not sent, or is of another class now', () => {
    const leaves = [
      stored(octets, 'counter', -50),
      stored(packets, 'counter', -50),
      stored(mtu, 'state', -50),
      stored(status, 'state', 90),
    ];
    const { ends, rows } = normalise([
      at(0, { [octets]: 1n, [mtu]: 9_000n }),
      { kind: 'stored', leaves, second: 1 },
      at(2, { [octets]: 3n, [mtu]: 9_001n }),
    ]);
    expect(ends).toEqual([
      [packets, 1],
      [mtu, 1],
      [status, 90.000001],
    ]);
    expect(rows.map(({ value }) => value)).toEqual([1, 9_000, 3, 9_001]);
  });

  test('is told its end again, where that was told before', () => {
    const { ends, counters } = normalise([
      at(0, { [octets]: 1n, [status]: 'UP' }),
      at(1, {}, { deletes: [pathOf(octets)] }),
      {
        kind: 'stored',
        leaves: [stored(octets, 'counter', 0), stored(status, 'state', 0)],
        second: 5,
      },
    ]);
    expect(ends).toEqual([
      [octets, 1],
      [octets, 1],
    ]);
    expect(counters.deleted).toBe(1);
  });

  test('does not end where a value came that no decoder knew', () => {
    const leaves = [status, mtu, hostname].map((path) => stored(path, 'state', -50));
    const undecoded = at(0, {}, { undecodable: 1, undecodedAt: [pathOf(port)] });
    const swept = { kind: 'stored', leaves, second: 1 } as const;
    expect(normalise([undecoded, swept]).ends).toEqual([[hostname, 1]]);
    expect(normalise([undecoded, gap, swept]).ends).toHaveLength(3);
    expect(normalise([gap, undecoded, swept]).ends).toHaveLength(1);
  });

  test('as gone lives where this connect has sent it, with the time of its last change', () => {
    const leaves = [
      stored(status, 'state', -50, -40, -30),
      // Of after its end: a new life.
      stored(octets, 'counter', -50, -40),
      // Not sent; sent as another class.
      stored(packets, 'counter', -50, -40),
      stored('/plain', 'state', -50, -40),
    ];
    const { ends, counters, registry } = normalise([
      at(-50, { [status]: 'UP' }),
      at(1, { [octets]: 1n }),
      at(-60, { '/plain': 1 }),
      { kind: 'stored', leaves, second: 2 },
    ]);
    expect(ends).toEqual([
      [status, -40, 'withdrawn'],
      [status, -30, 'withdrawn'],
    ]);
    expect(counters).toMatchObject({ deleted: 0, deletesWithdrawn: 2 });
    // What is only remembered takes no room.
    expect(registry.size).toBe(3);
  });

  test('as gone stays so where only an earlier connect sent it, or its delete has come since', () => {
    const { ends } = normalise([
      at(-50, { '/refused/a': 1 }),
      gap,
      at(-50, { [status]: 'UP' }),
      sync,
      at(-45, {}, { deletes: [pathOf(status)] }),
      {
        kind: 'stored',
        leaves: [stored('/refused/a', 'gauge', -50, -40), stored(status, 'state', -50, -40)],
        second: 1,
      },
    ]);
    expect(ends).toEqual([[status, -45]]);
  });

  test('was never gone where it is sent later, with whatever time', () => {
    const leaves = [stored(octets, 'counter', -50), stored(status, 'state', -50)];
    const { ends, rows } = normalise([
      { kind: 'stored', leaves, second: 1 },
      at(-50, { [octets]: 7n, [status]: 'UP' }),
      at(2, { [octets]: 9n }),
    ]);
    expect(ends).toEqual([
      [octets, 1],
      [status, 1],
      [octets, 1, 'withdrawn'],
      [status, 1, 'withdrawn'],
    ]);
    expect(rows.map(({ value }) => value)).toEqual([7, 'UP', 9]);
  });
});

describe('a leaf that comes back', () => {
  const away = { deletes: [pathOf(port)] };

  test('lives anew: no delta over the hole, and the same text is stored again', () => {
    const { rows, ends } = normalise([
      at(0, { [octets]: 10n, [status]: 'UP' }),
      at(5, {}, away),
      at(6, { [octets]: 12n, [status]: 'UP' }),
      at(7, { [octets]: 15n }),
    ]);
    expect(ends).toHaveLength(2);
    expect(rows.slice(2)).toMatchObject([
      { second: 6, delta: Number.NaN },
      { second: 6, value: 'UP' },
      { second: 7, delta: 3 },
    ]);
  });

  test('ends again with the next delete', () => {
    const { ends, counters } = normalise([
      at(0, { [status]: 'UP' }),
      at(5, {}, away),
      at(6, { [status]: 'UP' }),
      at(7, {}, away),
    ]);
    expect(ends).toEqual([
      [status, 5],
      [status, 7],
    ]);
    expect(counters.deleted).toBe(2);
  });

  test('is not brought back by a sample of before its end, which is stored all the same', () => {
    const { rows, ends, deltas } = normalise([
      at(0, { [octets]: 10n }),
      at(5, {}, away),
      at(3, { [octets]: 11n }),
      gap,
      sync,
      at(6, { [octets]: 20n }),
    ]);
    expect(rows.map(({ second }) => second)).toEqual([0, 3, 6]);
    expect(deltas).toEqual([Number.NaN, 1, Number.NaN]);
    expect(ends).toEqual([[octets, 5]]);
  });

  test('in a later connect lives, with the time of its last change', () => {
    const { ends, rows, counters } = normalise([
      at(0, { [status]: 'UP' }),
      at(5, {}, away),
      gap,
      at(0, { [status]: 'UP' }),
      sync,
      at(7, {}, away),
    ]);
    expect(ends).toEqual([
      [status, 5],
      [status, 5, 'withdrawn'],
      [status, 7],
    ]);
    expect(rows).toHaveLength(1);
    expect(counters).toMatchObject({ deletesWithdrawn: 1, unchanged: 1 });
  });

  test('lives on after a delete of before its newest sample', () => {
    const { ends, deltas } = normalise([
      at(0, { [octets]: 10n }),
      at(5, { [octets]: 20n }),
      at(3, {}, away),
      at(6, { [octets]: 21n }),
    ]);
    expect(ends).toEqual([[octets, 3]]);
    expect(deltas).toEqual([Number.NaN, 10, 1]);
  });

  test('with one time for all that happens, the order of arrival counts', () => {
    const up = at(0, { [status]: 'UP' });
    const gone = at(0, {}, away);
    expect(normalise([up, gone]).ends).toEqual([[status, 0.000001]]);
    expect(normalise([up, gone, up])).toMatchObject({
      ends: [
        [status, 0.000001],
        [status, 0.000001, 'withdrawn'],
      ],
      counters: { unchanged: 1, deletesWithdrawn: 1 },
    });
  });

  test('was never gone where it is only sent after sync, with a time of long ago', () => {
    const { rows, ends, counters } = normalise([
      at(0, { [status]: 'UP', [mtu]: 1n }),
      gap,
      { kind: 'sync', receivedAtMs: nowMs + 5_000, refused: [] },
      at(0, { [status]: 'UP' }),
      at(3, { [mtu]: 2n }),
      at(6, { [status]: 'DOWN' }),
    ]);
    expect(ends).toEqual([
      [status, 5],
      [mtu, 5],
      [status, 5, 'withdrawn'],
      [mtu, 5, 'withdrawn'],
    ]);
    expect(rows.map(({ value }) => value)).toEqual(['UP', 1, 2, 'DOWN']);
    expect(counters).toMatchObject({ deleted: 2, deletesWithdrawn: 2, unchanged: 1 });
  });

  test('is known for what it was until too many are gone: then the older half is forgotten', () => {
    const leaves = ['/a', '/b', '/c', '/d', '/e'];
    const values = Object.fromEntries(leaves.map((leaf) => [leaf, 1]));
    const gone = leaves.map((leaf, index) => at(9 - index, {}, { deletes: [pathOf(leaf)] }));
    const { rows, counters } = normalise(
      [at(1, values), ...gone.reverse(), at(1, values)],
      1_000,
      4,
    );
    expect(counters.repeated).toBe(2);
    expect(rows.slice(5).map(({ path }) => path)).toEqual(['/c', '/d', '/e']);
  });

  test('is known longer where its end was concluded at sync, for it may only come late', () => {
    const leaves = ['/a', '/b', '/c', '/d', '/e', '/f'];
    const values = Object.fromEntries(leaves.map((leaf) => [leaf, 1]));
    const later: Notification = { kind: 'sync', receivedAtMs: nowMs + 5_000, refused: [] };
    const { counters } = normalise([at(1, values), gap, later, at(1, values)], 1_000, 1);
    expect(counters).toMatchObject({ deleted: 6, deletesWithdrawn: 6 });
    const bounded = normalise([at(1, values), gap, later, at(1, values)], 1_000, 0.5);
    expect(bounded.counters.deletesWithdrawn).toBeLessThan(6);
  });

  test('needs room again', () => {
    const { rows, counters } = normalise(
      [
        at(0, { '/a': 1 }),
        at(1, { '/b': 1 }, { deletes: [pathOf('/a')] }),
        at(2, { '/a': 1 }),
        at(3, {}, { deletes: [pathOf('/b')] }),
        at(4, { '/a': 1 }),
      ],
      1,
    );
    expect(rows.map(({ path, second }) => [path, second])).toEqual([
      ['/a', 0],
      ['/b', 1],
      ['/a', 4],
    ]);
    expect(counters.overLimit).toBe(1);
  });
});

describe('whatever a device sends', () => {
  const paths = [octets, packets, status, mtu, '/system/state/hostname'];
  const value = fc.oneof(
    fc.bigInt({ min: 0n, max: 5n }).map(leafValue),
    fc.constantFrom('UP', 'DOWN').map(leafValue),
    fc.constantFrom(0.5, Number.NaN).map(leafValue),
  );
  const update = fc.record({
    path: fc.constantFrom(...paths).map(pathOf),
    value,
    duplicates: fc.nat(2),
  });
  const container = fc.constantFrom('/', port, `${port}/counters`, status).map(pathOf);
  const notification = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({
          second: fc.nat(5),
          list: fc.array(update, { maxLength: 6 }),
          undecodable: fc.nat(2),
          deletes: fc.array(container, { maxLength: 1 }),
          atomicUnder: fc.option(container),
        })
        .map(({ second, list, ...rest }) => at(second, {}, { updates: list, ...rest })),
    },
    { weight: 1, arbitrary: fc.constant(sync) },
    { weight: 1, arbitrary: fc.constant(gap) },
  );

  test('the accounting closes', () => {
    holds(
      [fc.array(notification, { maxLength: 20 })],
      (notifications) => {
        const { rows, counters } = normalise(notifications, 3);
        const { received, restated, unchanged, repeated, overLimit, undecodable } = counters;
        const settled = rows.length + unchanged + repeated + overLimit + undecodable;
        expect(settled).toBe(received + restated);
      },
      500,
    );
  });

  test('only counters have deltas, none is negative, and each has its span', () => {
    holds([fc.array(notification, { maxLength: 20 })], (notifications) => {
      const { rows, registry } = normalise(notifications);
      for (const row of rows.filter(({ kind }) => kind === 'number')) {
        if (row.kind !== 'number') continue;
        const hasDelta = !Number.isNaN(row.delta);
        expect(row.spanMs > 0).toBe(hasDelta);
        expect(
          !hasDelta || (row.delta >= 0 && registry.definition(row.series).kind === 'counter'),
        ).toBe(true);
      }
    });
  });
});
