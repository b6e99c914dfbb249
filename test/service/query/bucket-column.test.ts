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
