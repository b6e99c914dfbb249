/** What counters have counted: exact where it can be known, and never made up. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quality } from '../../../core/telemetry/sample.ts';
import {
  at,
  gap,
  normalise,
  octets,
  packets,
  port,
  type Values,
} from '../../support/normalised.ts';
import { holds } from '../../support/property.ts';

const max32 = 2n ** 32n;
const max64 = 2n ** 64n;
const none = Number.NaN;

/** One sample a second. */
function counted(values: readonly bigint[], also: readonly Values[] = []) {
  const { rows } = normalise(values.map((value, s) => at(s, { [octets]: value, ...also[s] })));
  return rows.flatMap((row) => (row.kind === 'number' && row.path === octets ? [row] : []));
}

function lastOf(values: readonly bigint[], also: readonly Values[] = []) {
  const { delta, spanMs, quality: bits } = counted(values, also).at(-1)!;
  return { delta, spanMs, quality: bits };
}

const unknown = { delta: none, spanMs: -1, quality: quality.uncounted };

describe('a counter that went down', () => {
  test.each([
    ['has wrapped at 32 bits', [max32 - 1_500n, max32 - 500n, 500n], 1_000, quality.wrap],
    ['has wrapped at 64 bits', [max64 - 1_500n, max64 - 500n, 500n], 1_000, quality.wrap],
    ['was cleared', [4_200_007_000n, 4_200_008_000n, 500n], 500, quality.reset],
    ['was restarted near 2^32', [max32 - 9_000n, max32 - 8_000n, 200n], 200, quality.reset],
  ])('%s', (_what, values, delta, bits) => {
    expect(lastOf(values)).toEqual({ delta, spanMs: 1_000, quality: bits });
  });

  test.each([
    ['by a little', [1_000_000_007_000n, 1_000_000_008_000n, 1_000_000_007_990n]],
    ['to something else', [9_000_000n, 9_001_000n, 4_000_000n]],
    ['and nobody knows how much it counts', [1_000n, 7n]],
    ['near 2^32, and nobody knows how much it counts', [max32 - 3n, 5n]],
    ['below zero', [5n, 6n, -3n]],
    ['from below zero', [-9n, -3n]],
  ])('%s: unknown, and marked', (_what, values) => {
    expect(lastOf(values)).toEqual(unknown);
  });

  test('by a little counts on from where it stood', () => {
    const values = [7_000n, 8_000n, 7_990n, 7_995n, 9_000n, 10_000n].map((v) => v + 10n ** 12n);
    const rows = counted(values);
    expect(rows.map(({ delta }) => delta)).toEqual([none, 1_000, none, none, 1_000, 1_000]);
    expect(rows[4]).toMatchObject({ spanMs: 3_000, quality: 0 });
  });

  test('by a little, and stays there, counts on from there in the end', () => {
    const values = [...Array.from({ length: 5 }, (_, s) => 10_000n + 1_000n * BigInt(s)), 13_990n];
    const idle = Array.from({ length: 80 }, () => 13_990n);
    expect(lastOf([...values, ...idle])).toMatchObject({ delta: 0 });
  });

  test('often is none: its rises are no increases', () => {
    const bytesFree = [9n, 7n, 8n, 5n, 6n, 3n, 4n, 1n, 2n, 9n, 7n].map((n) => n * 10n ** 9n);
    const rows = counted(bytesFree);
    expect(rows.slice(5).filter(({ delta }) => delta > 0)).toEqual([]);
    expect(rows.at(-1)).toMatchObject({ quality: quality.uncounted });
  });

  test('once in a while is one still', () => {
    const values = Array.from({ length: 60 }, (_, s) =>
      BigInt(1_000 * s - (s % 20 === 19 ? 1_500 : 0)),
    );
    const rows = counted(values);
    const sum = rows.reduce((total, { delta }) => total + (delta || 0), 0);
    expect(sum).toBe(58_000);
  });
});

describe('a device that says when it cleared a counter', () => {
  const noonNs = BigInt(Date.UTC(2026, 10, 21, 12)) * 1_000_000n;
  const clearedAt = (second: number) => noonNs + BigInt(second * 1e9);

  test.each([
    ['beside it', `${port}/counters/last-clear`],
    ['beside its container', `${port}/last-clear`],
  ])('%s, in the same message', (_what, path) => {
    const also = [1, 1, 1, 2.5].map((second) => ({ [path]: clearedAt(second) }));
    expect(lastOf([1_000n, 2_000n, 3_000n, 2_900n], also)).toEqual({
      delta: 2_900,
      spanMs: 1_000,
      quality: quality.reset,
    });
  });

  test('in whatever unit: it has another value than before', () => {
    const also = ['a', 'a', 'a', 'b'].map((text) => ({ [`${port}/counters/last-clear`]: text }));
    expect(lastOf([1_000n, 2_000n, 3_000n, 2_900n], also)).toMatchObject({ delta: 2_900 });
  });

  test('before: that says nothing of now', () => {
    const also = [1, 1, 1, 1].map(() => ({ [`${port}/counters/last-clear`]: clearedAt(-9) }));
    expect(lastOf([1_000n, 2_000n, 3_000n, 2_900n], also)).toEqual(unknown);
  });

  test('by having been started', () => {
    const also = [1, 1, 1, 2.5].map((s) => ({ '/system/state/boot-time': clearedAt(s) }));
    expect(lastOf([1_000n, 2_000n, 3_000n, 2_900n], also)).toMatchObject({ delta: 2_900 });
  });
});

describe('a counter that leaps', () => {
  test('to a value that is none, and back: nothing is counted, and nothing is lost', () => {
    const rows = counted([1_000n, 2_000n, max64 - 1n, 4_000n, 5_000n]);
    expect(rows.map(({ delta }) => delta)).toEqual([none, 1_000, none, 2_000, 1_000]);
    expect(rows[2]).toMatchObject({ quality: quality.uncounted });
    expect(rows[3]).toMatchObject({ spanMs: 2_000 });
  });

  test('and goes on up there counts from there', () => {
    const up = 2n ** 63n;
    const rows = counted([1_000n, 2_000n, up, up + 1_000n, up + 2_000n]);
    expect(rows.map(({ delta }) => delta)).toEqual([none, 1_000, none, 1_000, 1_000]);
  });

  test('and stays up there is no wrap when it comes back', () => {
    const rows = counted([1_000n, 2_000n, max64 - 1n, max64 - 1n, 1_500n]);
    expect(rows.map(({ delta }) => delta)).toEqual([none, 1_000, none, 0, none]);
  });
});

test('across a gap nothing is counted, and what is usual is still known', () => {
  const story = [
    at(0, { [octets]: 4_199_999_000n }),
    at(1, { [octets]: 4_200_000_000n }),
    gap,
    at(2, { [octets]: 4_200_001_000n }),
    at(3, { [octets]: 300n }),
  ];
  const { rows } = normalise(story);
  expect(rows.slice(2)).toMatchObject([{ delta: none }, { delta: 300, quality: quality.reset }]);
});

test('along every walk of a steady counter of 32 or 64 bits the sum is exact', () => {
  const walk = fc.array(fc.integer({ min: 50, max: 100 }), { minLength: 2, maxLength: 60 });
  const range = fc.constantFrom(max32, max64);
  holds([range, fc.integer({ min: 0, max: 6_000 }), walk], (wraps, below, increments) => {
    let at64 = wraps - 200n - BigInt(below);
    const values = [at64];
    for (const step of increments) values.push((at64 = (at64 + BigInt(step)) % wraps));
    const rows = counted(values);
    const deltas = rows.slice(1).map(({ delta }) => delta);
    expect(deltas).toEqual(increments);
  });
});

test('whatever it says, an increase is never more than its values can have', () => {
  const value = fc.oneof(
    fc.bigInt({ min: 0n, max: 40n }),
    fc.bigInt({ min: 0n, max: 2_000n }).map((n) => max32 - n),
    fc.bigInt({ min: 0n, max: max64 - 1n }),
  );
  holds(
    [fc.array(value, { maxLength: 30 })],
    (values) => {
      const rows = normalise(values.map((one, s) => at(s, { [packets]: one }))).rows;
      for (const row of rows) {
        if (row.kind !== 'number' || Number.isNaN(row.delta)) continue;
        expect(row.delta).toBeGreaterThanOrEqual(0);
        expect(row.delta / row.spanMs).toBeLessThanOrEqual(1e12);
      }
    },
    1_000,
  );
});
