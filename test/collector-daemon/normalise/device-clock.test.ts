/** A device's clock that is wrong, or is set: what comes later is newer, and nothing is counted that was not. */
import { describe, expect, test } from 'vitest';
import { quality } from '../../../core/telemetry/sample.ts';
import {
  at,
  gap,
  heard,
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
  type Values,
} from '../../support/normalised.ts';
import { pathOf } from '../../support/paths.ts';

const minute = 60;
const hour = 3_600;

type Rows = ReturnType<typeof normalise>['rows'];

function numbersOf(rows: Rows, path: string) {
  return rows.flatMap((row) => (row.kind === 'number' && row.path === path ? [row] : []));
}

/** Per second, as panels have them; null where none is known. */
function ratesOf(rows: Rows, path = octets): (number | null)[] {
  return numbersOf(rows, path).map(({ delta, spanMs }) =>
    spanMs > 0 ? (delta / spanMs) * 1_000 : null,
  );
}

function newestText(rows: Rows, path = status) {
  const texts = rows.filter((row) => row.kind === 'text' && row.path === path);
  return texts.toSorted((left, right) => right.timeUs - left.timeUs)[0]?.value;
}

function goesOn(rows: Rows): boolean {
  const last = new Map<string, number>();
  return rows.every(({ path, timeUs }) => {
    const grows = timeUs > (last.get(path) ?? -Infinity);
    last.set(path, timeUs);
    return grows;
  });
}

/** Each second a counter that counts 1,000 a second, from a clock that is ahead by what `aheadAt` says. */
function seconds(
  count: number,
  aheadAt: (second: number) => number,
  also: Readonly<Record<number, Values>> = {},
) {
  return Array.from({ length: count }, (_, second) =>
    heard(second, aheadAt(second), { [octets]: BigInt(1_000 * second), ...also[second] }),
  );
}

const steps: [what: string, before: number, after: number][] = [
  ['2 minutes ahead, then right', 2 * minute, 0],
  ['right, then 2 minutes behind', 0, -2 * minute],
  ['right, then 2 minutes ahead', 0, 2 * minute],
  ['2 hours ahead, then right', 2 * hour, 0],
  ['right, then 2 hours behind', 0, -2 * hour],
  ['right, then 2 hours ahead', 0, 2 * hour],
  ['2 hours ahead, then 2 hours behind', 2 * hour, -2 * hour],
  ['5 hours behind, then right', -5 * hour, 0],
  ['right, then 20 s behind', 0, -20],
  ['right, then 1.5 s behind', 0, -1.5],
  ['30 s behind, then right', -30, 0],
  ['20 days behind, then right', -20 * 24 * hour, 0],
];

describe.each(steps)('a clock that is %s', (_what, before, after) => {
  const story = (also: Readonly<Record<number, Values>>) =>
    seconds(60, (second) => (second < 20 ? before : after), { 0: { [status]: 'UP' }, ...also });

  test.each([20, 21, 30])('has the state of second %i for the newest', (second) => {
    const { rows } = normalise(story({ [second]: { [status]: 'DOWN' } }));
    expect(newestText(rows)).toBe('DOWN');
  });

  test('has a rate for all but two samples, and the right one', () => {
    const { rows } = normalise(story({}));
    const rates = ratesOf(rows);
    expect(rates.filter((rate) => rate === null).length).toBeLessThanOrEqual(2);
    const known = rates.filter((rate) => rate !== null);
    for (const rate of known) expect(rate).toBeCloseTo(1_000, 5);
  });

  test('never makes rows go back', () => {
    expect(goesOn(normalise(story({})).rows)).toBe(true);
  });

  test('is told once', () => {
    const { told, counters } = normalise(story({}));
    expect(told.filter((one) => one.startsWith('clock-step: set'))).toHaveLength(1);
    expect(counters.clockSteps).toBe(1);
  });

  test('is the same over a reconnect', () => {
    const [first, second] = [story({}).slice(0, 20), story({ 20: { [status]: 'DOWN' } }).slice(20)];
    const { rows, counters } = normalise([...first, gap, ...second]);
    expect(newestText(rows)).toBe('DOWN');
    expect(ratesOf(rows).map((rate) => rate === null)).toEqual([
      true,
      ...Array.from({ length: 19 }, () => false),
      true,
      ...Array.from({ length: 39 }, () => false),
    ]);
    expect(counters.clockSteps).toBe(1);
    expect(goesOn(rows)).toBe(true);
  });
});

describe('a clock that was set back, where no counter tells', () => {
  const states = (aheadAt: (second: number) => number, texts: readonly string[]) =>
    texts.map((text, second) => heard(second, aheadAt(second), { [status]: text }));

  test('is known with the second notification, and then the first was no late one', () => {
    const story = states((s) => (s < 3 ? 0 : -2 * hour), ['A', 'B', 'C', 'D', 'D']);
    const before = normalise(story.slice(0, 4));
    expect([newestText(before.rows), before.counters.clockSteps]).toEqual(['C', 0]);
    const { rows, counters, told } = normalise(story);
    expect(newestText(rows)).toBe('D');
    expect(counters).toMatchObject({ clockSteps: 1, restated: 1 });
    expect(told.find((one) => one.startsWith('clock-step'))).toBe(
      'clock-step: set back by 2 h: it was right and is 2 h behind ours now',
    );
  });

  test('is known from a fresh connect at once, for that sends what is there', () => {
    const { rows, counters } = normalise([
      ...states(() => 0, ['A', 'B']),
      gap,
      heard(2, -2 * hour, { [status]: 'C' }),
    ]);
    expect(newestText(rows)).toBe('C');
    expect(counters.clockSteps).toBe(1);
  });

  test('is known of gauges and idle counters that stay as they are', () => {
    const story = Array.from({ length: 8 }, (_, s) =>
      heard(s, s < 4 ? 0 : -2 * hour, { [mtu]: 1_500n, [octets]: 7n }),
    );
    const { rows, counters } = normalise([...story, heard(8, -2 * hour, { [status]: 'UP' })]);
    expect(counters.clockSteps).toBe(1);
    expect(rows.find(({ path }) => path === status)?.second).toBe(8);
  });

  test('is known of ends too', () => {
    const { ends } = normalise([
      heard(0, 0, { [status]: 'UP', [mtu]: 1n }),
      heard(1, 0, { [status]: 'UP', [mtu]: 1n }),
      heard(2, -2 * hour, {}, { deletes: [pathOf(status)] }),
      heard(3, -2 * hour, { [mtu]: 2n }),
    ]);
    const last = ends.at(-1)!;
    expect([last[0], last[1]]).toEqual([status, 2]);
  });

  test('is not taken for it when a late one is alone, or two came in one burst', () => {
    const { rows, counters } = normalise([
      ...states(() => 0, ['A', 'B', 'C']),
      heard(3, -hour, { [status]: 'X' }),
      heard(4, 0, { [status]: 'C' }),
      heard(4.01, -hour, { [status]: 'Y' }),
      heard(4.02, -hour + 3, { [status]: 'Z' }),
      heard(5, 0, { [status]: 'C' }),
    ]);
    expect(counters.clockSteps).toBe(0);
    expect(newestText(rows)).toBe('C');
  });
});

describe('a late notification is one among newer ones', () => {
  test('and changes neither deltas nor what is newest, however late it is', () => {
    const story = seconds(30, () => 0, { 0: { [status]: 'UP' }, 20: { [status]: 'UP' } });
    const late = at(3, { [octets]: 3_000n, [status]: 'DOWN' }, { receivedAtMs: nowMs + 20_500 });
    const { rows, counters } = normalise([...story.slice(0, 21), late, ...story.slice(21)]);
    expect(newestText(rows)).toBe('UP');
    expect(counters.clockSteps).toBe(0);
    const deltas = numbersOf(rows, octets).map(({ delta }) => delta);
    expect(deltas.filter(Number.isNaN)).toHaveLength(2);
    expect(deltas.reduce((sum, delta) => sum + (delta || 0), 0)).toBe(29_000);
  });
});

describe('a clock that is wrong all the time', () => {
  test('90 s ahead: stored when it was, marked, told, and no step', () => {
    const { rows, counters, told } = normalise(seconds(20, () => 90));
    expect(rows.map(({ second }) => second)).toEqual(Array.from({ length: 20 }, (_, s) => s));
    expect(numbersOf(rows, octets).every((row) => row.quality === quality.clockFault)).toBe(true);
    expect(ratesOf(rows).slice(1)).toEqual(Array.from({ length: 19 }, () => 1_000));
    expect(counters).toMatchObject({ clockSteps: 0, clockFaults: 20 });
    expect(told[0]).toBe('clock-fault: 2026-11-21T12:01:30.000Z, 1 min 30 s ahead of ours');
  });

  test('a little ahead or behind is not wrong', () => {
    for (const ahead of [9, -9, -30]) {
      const { rows, counters } = normalise(seconds(20, () => ahead));
      expect(rows.map(({ second }) => second)).toEqual(
        Array.from({ length: 20 }, (_, s) => s + ahead),
      );
      expect(counters.clockFaults).toBe(0);
    }
  });

  test('hours behind: known when it has gone on like that for a while', () => {
    const { rows, counters } = normalise(seconds(30, () => -2 * hour));
    expect(counters.clockSteps).toBe(0);
    expect(rows.slice(0, 10).every(({ second }) => second < -hour)).toBe(true);
    expect(rows.slice(12).map(({ second }) => second)).toEqual(
      Array.from({ length: 18 }, (_, s) => s + 12),
    );
    expect(ratesOf(rows).slice(1)).toEqual(Array.from({ length: 29 }, () => 1_000));
  });

  test.each([
    ['fast', 0.05],
    ['slow', -0.05],
  ])('one that runs %s has no steps, and rows stay in order', (_what, drift) => {
    const { rows, counters } = normalise(seconds(600, (second) => second * drift));
    expect(counters.clockSteps).toBe(0);
    expect(goesOn(rows)).toBe(true);
    for (const { second } of rows) expect(second).toBeLessThanOrEqual(599 + 10);
    for (const rate of ratesOf(rows).slice(1)) expect(rate).toBeCloseTo(1_000 / (1 + drift), 3);
  });

  test.each([
    ['seconds', (second: number) => BigInt(nowMs / 1_000 + second)],
    ['1970', (second: number) => BigInt(second + 1) * 1_000_000_000n],
    ['a time years ahead', (second: number) => BigInt(nowMs + 4e10 + second) * 1_000_000n],
  ])('one that says %s is refused: the time of receipt counts', (_what, stamp) => {
    const story = seconds(20, () => 0, { 0: { [status]: 'UP' }, 10: { [status]: 'DOWN' } });
    const wrong = story.map((one, s) => ({ ...one, timestampNs: stamp(s) }));
    const { rows, counters } = normalise(wrong);
    expect(newestText(rows)).toBe('DOWN');
    expect(ratesOf(rows).slice(1)).toEqual(Array.from({ length: 19 }, () => 1_000));
    expect(counters).toMatchObject({ clockFaults: 20, clockSteps: 0 });
  });

  test('one that is refused now and then costs no order', () => {
    const story = seconds(20, () => 0, { 0: { [status]: 'UP' }, 5: { [status]: 'DOWN' } });
    const mixed = story.map((one, s) => (s % 2 === 1 ? { ...one, timestampNs: 5n } : one));
    const { rows } = normalise(mixed);
    expect(newestText(rows)).toBe('DOWN');
    expect(ratesOf(rows).slice(1)).toEqual(Array.from({ length: 19 }, () => 1_000));
    expect(goesOn(rows)).toBe(true);
  });

  test('two clocks in one chassis go on beside each other', () => {
    const [one, two] = [seconds(40, () => 0), seconds(40, () => 2 * minute)];
    const story = one.flatMap((first, s) => [
      first,
      { ...two[s]!, updates: [{ ...two[s]!.updates[0]!, path: pathOf(packets) }] },
    ]);
    const { rows } = normalise(story);
    for (const path of [octets, packets]) {
      expect(ratesOf(rows, path).filter((rate) => rate !== 1_000).length).toBeLessThanOrEqual(2);
      expect(numbersOf(rows, path).map(({ second }) => second)).toEqual(
        Array.from({ length: 40 }, (_, s) => s),
      );
    }
  });
});

describe('what is old because it has not changed', () => {
  const initial = (second: number) => [
    heard(second, -20 * 24 * hour, { [hostname]: 'leaf-01' }),
    heard(second, 0, { [octets]: BigInt(second) }),
    heard(second, -5 * 24 * hour, { [status]: 'UP' }),
    heard(second, -hour, { [mtu]: 9_000n }),
  ];

  test('is believed, in whatever order a sync sends it, and is no step', () => {
    const { rows, counters } = normalise([...initial(0), ...initial(0).reverse()]);
    expect(rows.map(({ second }) => second)).toEqual([-20 * 24 * hour, 0, -5 * 24 * hour, -hour]);
    expect(counters).toMatchObject({ clockSteps: 0, clockFaults: 0 });
  });

  test('is not stored again by the next connects', () => {
    const again = (second: number): UpdateParts => ({ receivedAtMs: nowMs + second * 1_000 });
    const connect = (second: number) => [
      gap,
      at(-5 * 24 * hour, { [status]: 'UP' }, again(second)),
      at(second, { [octets]: BigInt(second) }, again(second)),
      at(-hour, { [mtu]: 9_000n }, again(second)),
      sync,
    ];
    const { rows, counters } = normalise([10, 20, 30, 40].flatMap(connect));
    expect(rows.filter(({ path }) => path !== octets)).toHaveLength(2);
    expect(counters.clockSteps).toBe(0);
  });

  test('keeps its time while the clock is known to be wrong since', () => {
    const { rows } = normalise([
      ...seconds(5, () => 0),
      ...seconds(10, () => 2 * hour).slice(5),
      heard(10, -3 * hour, { [hostname]: 'leaf-01' }),
      heard(11, 2 * hour - 1, { [mtu]: 9_000n }),
    ]);
    expect(rows.find(({ path }) => path === hostname)?.second).toBe(10 - 3 * hour);
    expect(rows.find(({ path }) => path === mtu)?.second).toBe(10);
  });
});

describe('our own clock', () => {
  test.each([
    ['back', -2 * hour],
    ['on', 2 * hour],
  ])('that is set %s is no step of the device', (_what, by) => {
    let ticksMs = 0;
    const story = seconds(40, () => 0, { 0: { [status]: 'UP' }, 25: { [status]: 'DOWN' } });
    const set = story.map((one, s) =>
      s < 20 ? one : { ...one, receivedAtMs: one.receivedAtMs + by * 1_000 },
    );
    const { rows, counters } = normalise(set, 1_000, 1_000, () => (ticksMs += 1_000));
    expect(counters).toMatchObject({ clockSteps: 0, clockFaults: 0 });
    expect(newestText(rows)).toBe('DOWN');
    expect(ratesOf(rows).slice(1)).toEqual(Array.from({ length: 39 }, () => 1_000));
  });

  test('that was wrong and is put right leaves the device right', () => {
    let ticksMs = 0;
    const story = seconds(40, (s) => (s < 20 ? 2 * hour : 0));
    const set = story.map((one, s) =>
      s < 20
        ? one
        : {
            ...one,
            timestampNs: one.timestampNs + BigInt(2 * hour) * 1_000_000_000n,
            receivedAtMs: one.receivedAtMs + 2 * hour * 1_000,
          },
    );
    const { rows, counters } = normalise(set, 1_000, 1_000, () => (ticksMs += 1_000));
    expect(rows.slice(20).map(({ second }) => second)).toEqual(
      Array.from({ length: 20 }, (_, s) => s + 20 + 2 * hour),
    );
    expect(counters.clockFaults).toBe(20);
  });
});

describe('what an earlier session stored by another clock', () => {
  test('does not pass for newer: the state is told again after it', () => {
    const { rows, counters } = normalise([
      heard(0, -2 * hour, { [status]: 'DOWN' }),
      { kind: 'stored', leaves: [stored(status, 'state', -10)], second: 1 },
    ]);
    expect(rows.map(({ second, value }) => [second, value])).toEqual([
      [-2 * hour, 'DOWN'],
      [-9.999999, 'DOWN'],
    ]);
    expect(counters.restated).toBe(1);
  });

  test('is left alone where it is older', () => {
    const { rows } = normalise([
      heard(0, 0, { [status]: 'DOWN', [port]: 'x' }),
      { kind: 'stored', leaves: [stored(status, 'state', -10)], second: 1 },
    ]);
    expect(rows).toHaveLength(2);
  });
});
