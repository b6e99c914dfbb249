import { expect, test } from 'vitest';
import { columnOfRows } from '../../../service/query/bucket-column.ts';

/** Days of 10 ms, of which only the first has a number. */
function daysAt(nowMs: number) {
  const rows = [{ group: 0, timeMs: 0, value: 5, firstMs: 0, lastMs: 9, samples: 3 }];
  const buckets = { by: 'bounds', boundsMs: [0, 10, 20, 30] } as const;
  const range = { fromMs: 0, toMs: 30 };
  return columnOfRows(rows, { fill: undefined, range, buckets, nowMs });
}

test('a period that has just begun is not missing yet', () => {
  expect(daysAt(12)).toEqual({ timesMs: [0], values: [5] });
});

test('one that is over without a number is', () => {
  expect(daysAt(22)).toEqual({ timesMs: [0, 10], values: [5, null] });
  expect(daysAt(99)).toEqual({ timesMs: [0, 10, 20], values: [5, null, null] });
});

/** Buckets of 10 ms from 0 to 60; numbers in the first and the fourth. */
function filledOver(
  ends: readonly { timeMs: number; final: boolean }[],
  fill: 'previous' | 'linear' | 'zero' | 'null',
) {
  const row = (timeMs: number, value: number) => ({
    group: 0,
    timeMs,
    value,
    firstMs: timeMs,
    lastMs: timeMs + 5,
    samples: 2,
  });
  const rows = [row(0, 4), row(30, 10)];
  const buckets = { by: 'width', widthMs: 10 } as const;
  const range = { fromMs: 0, toMs: 60 };
  return columnOfRows(rows, { fill, range, buckets, nowMs: 60, ends }).values;
}

test.each([
  ['previous', [], [4, 4, 4, 10, 10, 10]],
  ['previous', [{ timeMs: 12, final: false }], [4, 4, null, 10, 10, 10]],
  ['previous', [{ timeMs: 10, final: false }], [4, null, null, 10, 10, 10]],
  // Samples came after it within the bucket.
  ['previous', [{ timeMs: 3, final: false }], [4, 4, 4, 10, 10, 10]],
  // None did: only the bounds of a rollup's row are known.
  ['previous', [{ timeMs: 33, final: true }], [4, 4, 4, 10, null, null]],
  ['previous', [{ timeMs: 45, final: true }], [4, 4, 4, 10, 10, null]],
  ['linear', [], [4, 6, 8, 10, null, null]],
  ['linear', [{ timeMs: 25, final: false }], [4, null, null, 10, null, null]],
  ['zero', [{ timeMs: 12, final: false }], [4, 0, 0, 10, 0, 0]],
  ['null', [{ timeMs: 12, final: false }], [4, null, null, 10, null, null]],
] as const)('filled with %s over ends %j', (fill, ends, values) => {
  expect(filledOver(ends, fill)).toEqual(values);
});
