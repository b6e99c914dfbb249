/** Samples of one leaf in every order of their stamps and their arrival. */
import { describe, expect, test } from 'vitest';
import {
  at,
  gap,
  mtu,
  normalise,
  octets,
  packets,
  port,
  status,
  sync,
} from '../../support/normalised.ts';
import { pathOf } from '../../support/paths.ts';

const away = { deletes: [pathOf(port)] };

/** The history that is stored, by time. */
function historyOf({ rows }: ReturnType<typeof normalise>) {
  return rows
    .toSorted((left, right) => left.timeUs - right.timeUs)
    .map(({ second, value }) => [second, value]);
}

const up = (second: number) => at(second, { [status]: 'UP' });
const down = (second: number) => at(second, { [status]: 'DOWN' });

describe('a late state', () => {
  test('between two of which the second was left out makes that one a change', () => {
    const story = normalise([up(1), up(3), down(2)]);
    expect(historyOf(story)).toEqual([
      [1, 'UP'],
      [2, 'DOWN'],
      [3, 'UP'],
    ]);
    expect(story.counters).toMatchObject({ received: 3, unchanged: 1, restated: 1 });
  });

  test('finds the next one of several that were left out', () => {
    expect(historyOf(normalise([up(1), up(2), up(3), up(4), down(2.5)]))).toEqual([
      [1, 'UP'],
      [2.5, 'DOWN'],
      [3, 'UP'],
    ]);
  });

  test('of long ago finds the first that is remembered', () => {
    const story = normalise([...[1, 2, 3, 4, 5, 6, 7, 8].map(up), down(1.5)]);
    expect(historyOf(story)).toEqual([
      [1, 'UP'],
      [1.5, 'DOWN'],
      [5, 'UP'],
    ]);
  });

  test('that changed nothing at its time is not stored', () => {
    const story = normalise([up(1), up(3), up(2), down(4), up(3.5)]);
    expect(historyOf(story)).toEqual([
      [1, 'UP'],
      [4, 'DOWN'],
    ]);
    expect(story.counters).toMatchObject({ unchanged: 3, restated: 0 });
  });

  test('that tells when a state began is stored', () => {
    expect(historyOf(normalise([up(1), down(3), down(2)]))).toEqual([
      [1, 'UP'],
      [2, 'DOWN'],
      [3, 'DOWN'],
    ]);
  });

  test('after a late one is measured by that', () => {
    expect(historyOf(normalise([up(1), up(5), down(2), down(3), up(4)]))).toEqual([
      [1, 'UP'],
      [2, 'DOWN'],
      [4, 'UP'],
      [5, 'UP'],
    ]);
  });

  test('is stored once, however often it is sent', () => {
    const once = normalise([up(1), up(3), down(2)]);
    const story = normalise([up(1), up(3), down(2), down(2), up(3), up(1), down(2)]);
    expect(historyOf(story)).toEqual(historyOf(once));
    const { received, restated, unchanged } = story.counters;
    expect(story.rows.length + unchanged).toBe(received + restated);
  });

  test('does not change what the next one is compared with', () => {
    expect(historyOf(normalise([up(1), up(3), down(2), up(4)]))).toHaveLength(3);
    expect(historyOf(normalise([up(1), up(3), down(2), down(4)])).at(-1)).toEqual([4, 'DOWN']);
  });

  test('of before all is stored, and what came first stays', () => {
    expect(historyOf(normalise([up(3), down(1)]))).toEqual([
      [1, 'DOWN'],
      [3, 'UP'],
    ]);
  });
});

describe('a late number', () => {
  test('is stored once without a delta, and changes no other', () => {
    const { rows, deltas, counters } = normalise([
      at(1, { [octets]: 10n, [mtu]: 1n }),
      at(3, { [octets]: 30n, [mtu]: 3n }),
      at(2, { [octets]: 20n, [mtu]: 2n }),
      at(2, { [octets]: 20n, [mtu]: 2n }),
      at(4, { [octets]: 40n, [mtu]: 4n }),
    ]);
    const none = Number.NaN;
    expect(deltas).toEqual([none, none, 20, none, none, none, 10, none]);
    expect(rows.map(({ second }) => second)).toEqual([1, 1, 3, 3, 2, 2, 4, 4]);
    expect(counters.repeated).toBe(2);
  });

  test('of another class is of another series, which does not live by it', () => {
    const { rows, ends, registry } = normalise([
      at(1, { [mtu]: 'unknown' }),
      at(3, { [mtu]: 'unknown' }),
      at(2, { [mtu]: 1_500n }),
      at(4, { [mtu]: 'none' }),
    ]);
    expect(
      rows.map(({ second, value, series }) => [second, value, registry.definition(series).kind]),
    ).toEqual([
      [1, 'unknown', 'state'],
      [2, 1_500, 'gauge'],
      [4, 'none', 'state'],
    ]);
    expect(ends).toEqual([[mtu, 3]]);
  });
});

describe('equal stamps', () => {
  test('with another value: what arrives later is newer', () => {
    const story = normalise([up(1), down(1), at(2, { [mtu]: 1n }), at(2, { [mtu]: 2n })]);
    expect(historyOf(story)).toEqual([
      [1, 'UP'],
      [1.000001, 'DOWN'],
      [2, 1],
      [2.000001, 2],
    ]);
  });

  test('to and fro: the last that arrived is newest', () => {
    expect(historyOf(normalise([up(1), down(1), up(1), down(1), up(2)]))).toEqual([
      [1, 'UP'],
      [1.000001, 'DOWN'],
      [1.000002, 'UP'],
      [1.000003, 'DOWN'],
      [2, 'UP'],
    ]);
  });

  test('of a late one that comes late again with another value', () => {
    expect(historyOf(normalise([up(1), up(3), down(2), at(2, { [status]: 'TESTING' })]))).toEqual([
      [1, 'UP'],
      [2, 'DOWN'],
      [2.000001, 'TESTING'],
      [3, 'UP'],
    ]);
  });

  test('of a counter: the next sample has what all of them counted', () => {
    const { deltas, rows } = normalise([
      at(0, { [octets]: 10n }),
      at(1, { [octets]: 20n }),
      at(1, { [octets]: 25n }),
      at(1, { [octets]: 27n }),
      at(2, { [octets]: 30n }),
      at(3, { [octets]: 31n }),
    ]);
    expect(deltas).toEqual([Number.NaN, 10, Number.NaN, Number.NaN, 10, 1]);
    expect(rows.at(-2)).toMatchObject({ spanMs: 1_000 });
  });

  test('nearly equal: less than a millisecond is no span, and nothing is lost', () => {
    const { deltas } = normalise([
      at(0, { [octets]: 10n }),
      at(0.0002, { [octets]: 11n }),
      at(0.0003, { [octets]: 12n }),
      at(1, { [octets]: 20n }),
    ]);
    expect(deltas.filter((delta) => !Number.isNaN(delta))).toEqual([10]);
  });

  test('in one message the last counts, in two the second', () => {
    const twice = { path: pathOf(status), duplicates: 0 } as const;
    const updates = ['UP', 'DOWN'].map((value) => ({
      ...twice,
      value: { kind: 'text', value } as const,
    }));
    expect(historyOf(normalise([at(1, {}, { updates })]))).toEqual([[1, 'DOWN']]);
  });
});

describe('the end of a leaf that nobody knew', () => {
  test.each([
    ['itself', { deletes: [pathOf(status)] }],
    ['in a container', { deletes: [pathOf('/interfaces/interface[name=Ethernet1/1]')] }],
    ['by wildcards', { deletes: [pathOf('/interfaces/interface[name=*]/state')] }],
    ['by an atomic message without it', { atomicUnder: pathOf(port) }],
  ])('%s: it is gone when its first sample comes late', (_what, rest) => {
    const { rows, ends, counters } = normalise([at(10, {}, rest), up(8), up(9)]);
    expect(rows.map(({ second }) => second)).toEqual([8]);
    expect(ends).toEqual([[status, 10]]);
    expect(counters.overLimit).toBe(0);
  });

  test('does not keep it from coming back', () => {
    const { rows, ends } = normalise([at(10, {}, away), up(8), up(12), up(11)]);
    expect(rows.map(({ second }) => second)).toEqual([8, 12, 11]);
    expect(ends).toEqual([[status, 10]]);
  });

  test('says nothing of what comes after it, of other leaves, and of the next connect', () => {
    const { ends } = normalise([
      at(10, {}, away),
      at(10, { [status]: 'UP' }),
      at(8, { '/system/state/hostname': 'leaf-01' }),
      gap,
      at(9, { [mtu]: 1n }),
      sync,
    ]);
    expect(ends.map(([path]) => path)).not.toContain(mtu);
    expect(ends).toHaveLength(2);
  });

  test('has the time of the newest delete', () => {
    const { ends } = normalise([
      at(10, {}, away),
      at(12, {}, { deletes: [pathOf(status)] }),
      up(8),
    ]);
    expect(ends).toEqual([[status, 12]]);
  });
});

describe('a late end', () => {
  test('of a state that was told since and left out: it lives on', () => {
    const { rows, ends } = normalise([up(1), up(5), at(3, {}, away)]);
    expect(ends).toEqual([[status, 3]]);
    expect(rows.map(({ second, value }) => [second, value])).toEqual([
      [1, 'UP'],
      [5, 'UP'],
    ]);
  });

  test('by our own clock is after all that the device has told', () => {
    const { ends } = normalise([up(1), up(5), at(3, {}, { ...away, timestampNs: 0n })]);
    expect(ends).toEqual([[status, 5.000001]]);
  });

  test('a late sample of between an end and a new life is of no life', () => {
    const { rows, ends } = normalise([up(1), at(2, {}, away), up(4), at(3, { [status]: 'DOWN' })]);
    expect(rows.map(({ second, value }) => [second, value])).toEqual([
      [1, 'UP'],
      [4, 'UP'],
      [3, 'DOWN'],
    ]);
    expect(ends).toEqual([[status, 2]]);
  });
});

describe('after a reconnect', () => {
  test('what is sent first is there, though its stamp is older than the last', () => {
    const { rows } = normalise([up(1), up(5), gap, down(4), at(6, { [packets]: 1n })]);
    expect(rows.map(({ second, value }) => [second, value])).toEqual([
      [1, 'UP'],
      [5.000001, 'DOWN'],
      [6, 1],
    ]);
  });

  test('the same value, with the same stamp or an older one, is not stored again', () => {
    const { rows, counters } = normalise([
      at(1, { [mtu]: 9n, [status]: 'UP', [octets]: 5n }),
      at(5, { [mtu]: 9n, [status]: 'UP', [octets]: 5n }),
      gap,
      at(5, { [mtu]: 9n, [status]: 'UP', [octets]: 5n }),
      gap,
      at(1, { [mtu]: 9n, [status]: 'UP', [octets]: 5n }),
    ]);
    expect(rows).toHaveLength(5);
    expect(counters).toMatchObject({ unchanged: 3, repeated: 4 });
  });

  test('no delta spans the gap, also where the last sample was sent again', () => {
    const { deltas } = normalise([
      at(1, { [octets]: 5n }),
      gap,
      at(1, { [octets]: 5n }),
      at(2, { [octets]: 8n }),
      at(3, { [octets]: 9n }),
    ]);
    expect(deltas).toEqual([Number.NaN, Number.NaN, 1]);
  });
});
