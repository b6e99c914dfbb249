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

/** Buckets of 10 ms from 0 to 60; numbers in the first and the fourth, which ended when `ends` say by their times. */
function filledOver(ends: readonly (readonly [number, number])[], fill: 'previous' | 'linear') {
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
  return columnOfRows(rows, { fill, range, buckets, nowMs: 60, ends: new Map(ends) }).values;
}

test.each([
  ['previous', [], [4, 4, 4, 10, 10, 10]],
  ['previous', [[0, 12]], [4, 4, null, 10, 10, 10]],
  ['previous', [[0, 10]], [4, null, null, 10, 10, 10]],
  ['previous', [[30, 33]], [4, 4, 4, 10, null, null]],
  [
    'previous',
    [
      [0, 20],
      [30, 45],
    ],
    [4, 4, null, 10, 10, null],
  ],
  ['linear', [], [4, 6, 8, 10, null, null]],
  ['linear', [[0, 25]], [4, null, null, 10, null, null]],
] as const)('filled with %s over ends %j', (fill, ends, values) => {
  expect(filledOver(ends, fill)).toEqual(values);
});
