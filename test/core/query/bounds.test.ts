import { describe, expect, test } from 'vitest';
import { boundsFor, splitAtReach, tierOfBounds } from '../../../core/query/bounds.ts';
import { defaultRetention, reachOf, type RollupTier } from '../../../core/query/tier.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 21);
/** Local midnights so many hours after those of UTC, so many days ago. */
const midnights = (hours: number, ...daysAgo: number[]) =>
  daysAgo.map((ago) => nowMs - ago * dayMs + hours * hourMs);

describe('rows that fit', () => {
  test.each([
    [0, '1d'],
    [-2, '1h'],
    [-5.5, '1m'],
    [-5.75, '1m'],
    [0.001, '1m'],
  ] as const)('bounds at %d o’clock of UTC: %s', (hours, tier) =>
    expect(tierOfBounds(midnights(hours, 3, 2, 1))).toBe(tier),
  );

  test.each([
    [-5.5, '1m', -5.5],
    [-5.5, '1h', -5],
    [-5.75, '1h', -6],
    [-9, '1d', 0],
    [5, '1d', 0],
  ] as const)('bounds at %d o’clock, of rows of %s, are at %d', (hours, tier, rounded) =>
    expect(boundsFor(midnights(hours, 3, 2, 1), tier)).toEqual(midnights(rounded, 3, 2, 1)),
  );

  test('samples cut nothing, and rows wider than every bucket fit none', () => {
    const bounds = [nowMs + 1, nowMs + hourMs, nowMs + 2 * hourMs];
    expect(boundsFor(bounds, 'raw')).toBe(bounds);
    expect(boundsFor(bounds, '1h')).toEqual([nowMs, nowMs + hourMs, nowMs + 2 * hourMs]);
    expect(boundsFor(bounds, '1d')).toBeNull();
  });
});

describe('splitting where the reach of rollups ends', () => {
  const never = { raw: -Infinity, '1m': -Infinity, '1h': -Infinity, '1d': -Infinity };
  const reach = reachOf({ keptMs: defaultRetention, cutMs: never }, nowMs);
  const split = (finest: RollupTier, daysAgo: number[]) =>
    splitAtReach(midnights(0, ...daysAgo), { finest, reach }).map((boundsMs) =>
      boundsMs.map((boundMs) => (nowMs - boundMs) / dayMs),
    );

  test.each<[RollupTier, number[], number[][]]>([
    ['1m', [3, 2, 1], [[3, 2, 1]]],
    [
      '1m',
      [182, 181, 180, 179],
      [
        [182, 181, 180],
        [180, 179],
      ],
    ],
    [
      '1m',
      [182, 181, 179, 178],
      [
        [182, 181, 179],
        [179, 178],
      ],
    ],
    ['1h', [182, 181, 180, 179], [[182, 181, 180, 179]]],
    [
      '1m',
      [800, 700, 181, 100, 1],
      [
        [800, 700],
        [700, 181, 100],
        [100, 1],
      ],
    ],
    [
      '1h',
      [800, 700, 181, 100, 1],
      [
        [800, 700],
        [700, 181, 100, 1],
      ],
    ],
    ['1d', [5_000, 4_000], [[5_000, 4_000]]],
    // The period that the retention ends in is older.
    ['1m', [181, 179], [[181, 179]]],
  ])('of %s, bounds of %j days ago: %j', (finest, daysAgo, parts) =>
    expect(split(finest, daysAgo)).toEqual(parts),
  );
});
