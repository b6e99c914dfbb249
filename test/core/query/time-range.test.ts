import { describe, expect, test } from 'vitest';
import { joinRanges, checkRange, lastMs, parseDuration } from '../../../core/query/time-range.ts';

describe('durations', () => {
  test.each([
    ['30s', 30_000],
    ['15m', 900_000],
    ['3h', 10_800_000],
    ['7d', 604_800_000],
    [' 2w ', 1_209_600_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toEqual({ ok: true, value: ms }));

  test.each(['', '15', 'm', '0m', '-5m', '1.5h', '5M', '5 m', '9999999s', '1y'])(
    '"%s" is none',
    (text) => {
      const refused = parseDuration(text);
      expect(refused.ok ? '' : refused.problem).toContain(`"${text}"`);
    },
  );
});

describe('ranges', () => {
  test('the last quarter of an hour ends now', () => {
    expect(lastMs(900_000, 1_000_000)).toEqual({ fromMs: 100_000, toMs: 1_000_000 });
  });

  test('a range that ends after it begins is one', () => {
    const range = { fromMs: 1, toMs: 2 };
    expect(checkRange(range)).toEqual({ ok: true, value: range });
  });

  test.each([
    [{ fromMs: 2, toMs: 2 }, /before it begins/],
    [{ fromMs: 3, toMs: 2 }, /1970-01-01T00:00:00.002Z/],
    [{ fromMs: Number.NaN, toMs: 2 }, /two times/],
    [{ fromMs: 0, toMs: Infinity }, /two times/],
    [{ fromMs: 1e17, toMs: 0 }, /1e\+?17|100000000000000000/],
  ])('%j is refused', (range, reason) => {
    const refused = checkRange(range);
    expect(refused.ok ? '' : refused.problem).toMatch(reason);
  });
});

describe('joining ranges', () => {
  const range = (fromMs: number, toMs: number) => ({ fromMs, toMs });

  test.each<[string, number, [number, number][], [number, number][]]>([
    ['none', 3, [], []],
    [
      'what touches or overlaps',
      3,
      [
        [5, 6],
        [0, 2],
        [2, 3],
        [1, 2],
      ],
      [
        [0, 3],
        [5, 6],
      ],
    ],
    [
      'as many as may be',
      2,
      [
        [0, 1],
        [5, 6],
      ],
      [
        [0, 1],
        [5, 6],
      ],
    ],
    [
      'the nearest where there are more',
      2,
      [
        [0, 1],
        [3, 4],
        [9, 10],
      ],
      [
        [0, 4],
        [9, 10],
      ],
    ],
    [
      'of spaces alike any',
      2,
      [
        [0, 1],
        [2, 3],
        [4, 5],
        [6, 7],
      ],
      [
        [0, 1],
        [2, 7],
      ],
    ],
    [
      'all into one',
      1,
      [
        [-Infinity, 1],
        [2, 3],
      ],
      [[-Infinity, 3]],
    ],
  ])('%s', (_, most, given, joined) =>
    expect(
      joinRanges(
        given.map((one) => range(...one)),
        most,
      ),
    ).toEqual(joined.map((one) => range(...one))),
  );
});
