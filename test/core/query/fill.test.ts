import { describe, expect, test } from 'vitest';
import { bucketStarts, fillColumn } from '../../../core/query/fill.ts';

const starts = [0, 10, 20, 30, 40];
const column = { timesMs: [10, 40], values: [2, 8] };

describe('buckets without a value', () => {
  test.each([
    ['null', [null, 2, null, null, 8]],
    ['zero', [0, 2, 0, 0, 8]],
    ['previous', [null, 2, 2, 2, 8]],
    ['linear', [null, 2, 4, 6, 8]],
  ] as const)('%s', (mode, values) => {
    expect(fillColumn(column, starts, mode)).toEqual({ timesMs: starts, values });
  });

  test('nothing is drawn after the last value, and the last is held', () => {
    const early = { timesMs: [0, 10], values: [1, 3] };
    expect(fillColumn(early, starts, 'linear').values).toEqual([1, 3, null, null, null]);
    expect(fillColumn(early, starts, 'previous').values).toEqual([1, 3, 3, 3, 3]);
  });

  test('the range touches its first bucket and not the one it ends before', () => {
    expect(bucketStarts({ fromMs: 15, toMs: 40 }, 10)).toEqual([10, 20, 30]);
    expect(bucketStarts({ fromMs: 50, toMs: 40 }, 10)).toEqual([]);
  });
});
