import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  maxPanelPoints,
  maxPanelSeries,
  minPanelWidthPx,
  planQuery,
} from '../../../core/query/query-plan.ts';
import { breakAtGaps, columnOfBuckets, thinColumn, type Column } from '../../../core/query/thin.ts';

function column(timesMs: number[], values: (number | null)[]): Column {
  return { timesMs, values };
}

/** A series as devices send it: mostly regular, now and then a hole, now and then a null. */
const anyColumn: fc.Arbitrary<Column> = fc
  .array(
    fc.record({
      stepMs: fc.oneof(
        { weight: 20, arbitrary: fc.integer({ min: 4_000, max: 6_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_600_000 }) },
      ),
      value: fc.oneof(
        { weight: 20, arbitrary: fc.double({ min: -1e12, max: 1e12, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    }),
    { minLength: 1, maxLength: 2_000 },
  )
  .map((rows) => {
    let timeMs = 1_763_700_000_000;
    return column(
      rows.map(({ stepMs }) => (timeMs += stepMs)),
      rows.map(({ value }) => value),
    );
  });

function numbersOf({ values }: Column): number[] {
  return values.filter((value) => value !== null);
}

function planned(of: Column, widthPx: number, series: number) {
  const range = { fromMs: of.timesMs[0]!, toMs: of.timesMs.at(-1)! + 1 };
  const plan = planQuery({ range, widthPx, series });
  return { plan, limits: { bucketMs: plan.bucketMs, maxPoints: plan.pointsPerSeries } };
}

const sizes = [
  fc.integer({ min: minPanelWidthPx, max: 8_192 }),
  fc.integer({ min: 1, max: maxPanelSeries }),
] as const;

describe('thinning', () => {
  test('never gives more points than the panel has room for', () => {
    fc.assert(
      fc.property(anyColumn, ...sizes, (whole, widthPx, series) => {
        const { plan, limits } = planned(whole, widthPx, series);
        const { column: thin } = thinColumn(whole, limits);
        expect(thin.timesMs.length).toBeLessThanOrEqual(plan.pointsPerSeries);
        expect(plan.pointsPerSeries).toBeLessThanOrEqual(2 * widthPx);
        expect(plan.pointsPerSeries * series).toBeLessThanOrEqual(maxPanelPoints);
      }),
    );
  });

  test('keeps a spike of one sample, up or down, where it was', () => {
    fc.assert(
      fc.property(anyColumn, ...sizes, fc.nat(), (calm, widthPx, series, seed) => {
        for (const spike of [1e15, -1e15]) {
          const values = [...calm.values];
          const at = seed % values.length;
          values[at] = spike;
          const spiky = column([...calm.timesMs], values);
          const { column: thin } = thinColumn(spiky, planned(spiky, widthPx, series).limits);
          expect(thin.values[thin.timesMs.indexOf(spiky.timesMs[at]!)]).toBe(spike);
        }
      }),
    );
  });

  test('invents no value and keeps the order of time', () => {
    fc.assert(
      fc.property(anyColumn, ...sizes, (whole, widthPx, series) => {
        const { column: thin } = thinColumn(whole, planned(whole, widthPx, series).limits);
        const known = new Map(whole.timesMs.map((timeMs, at) => [timeMs, whole.values[at]]));
        const invented = thin.timesMs.filter(
          (timeMs, at) => thin.values[at] !== null && known.get(timeMs) !== thin.values[at],
        );
        expect(invented).toEqual([]);
        expect(thin.timesMs).toEqual(thin.timesMs.toSorted((left, right) => left - right));
        const all = numbersOf(whole);
        const kept = numbersOf(thin);
        expect(Math.min(...kept)).toBe(Math.min(...all));
        expect(Math.max(...kept)).toBe(Math.max(...all));
      }),
    );
  });

  test('a line breaks where three samples are missing, and not for a late one', () => {
    const regular = [0, 5_000, 10_000, 15_000];
    expect(breakAtGaps(column(regular, [1, 2, 3, 4]), 15_000).values).toEqual([1, 2, 3, 4]);
    const late = [0, 5_000, 10_000, 25_000];
    expect(breakAtGaps(column(late, [1, 2, 3, 4]), 15_000).values).toEqual([1, 2, 3, 4]);
    const hole = [0, 5_000, 10_000, 25_001];
    expect(breakAtGaps(column(hole, [1, 2, 3, 4]), 15_000)).toEqual(
      column([0, 5_000, 10_000, 17_500.5, 25_001], [1, 2, 3, null, 4]),
    );
  });

  test('nulls in a row are one, and none stands at the ends', () => {
    const nulls = column([0, 1, 2, 3, 4, 5], [null, 1, null, null, 2, null]);
    expect(breakAtGaps(nulls, 1_000).values).toEqual([1, null, 2]);
  });

  test('with more gaps than room the longest are shown', () => {
    const lengths = [1_000, 3_000, 2_000];
    let firstMs = 0;
    const buckets = [0, ...lengths].map((lengthMs) => {
      firstMs += lengthMs + 10;
      const lastMs = firstMs + 5;
      return { firstMs, lastMs, minMs: firstMs, min: 1, maxMs: lastMs, max: 2 };
    });
    const nullsWith = (maxPoints: number) =>
      columnOfBuckets(buckets, { gapMs: 500, maxPoints }).values.flatMap((value, at) =>
        value === null ? [at] : [],
      );
    expect(nullsWith(11)).toEqual([2, 5, 8]);
    expect(nullsWith(9)).toEqual([4]);
    expect(nullsWith(8)).toEqual([]);
  });

  test('of two values of one time neither is lost', () => {
    const timesMs = [0, 0, 0, 1, 2, 3, 4, 5];
    const values = [5, 9, 1, 5, 5, 5, 5, 5];
    const limits = { bucketMs: 3, maxPoints: 4 };
    expect(thinColumn(column(timesMs, values), limits).column).toEqual(
      column([0, 0, 3], [1, 9, 5]),
    );
  });

  test('a long outage is still a gap when a day is thinned to a few pixels', () => {
    const minute = Array.from({ length: 1_440 }, (_, at) => at * 60_000);
    const timesMs = minute.filter((timeMs) => timeMs < 36_000_000 || timeMs >= 54_000_000);
    const whole = column(timesMs, timesMs.map(Math.sin));
    const { column: thin, thinned } = thinColumn(whole, planned(whole, 100, 1).limits);
    expect(thinned).toBe(true);
    const at = thin.values.indexOf(null);
    expect(thin.timesMs[at]).toBeGreaterThan(36_000_000 - 60_001);
    expect(thin.timesMs[at]).toBeLessThan(54_000_000);
    expect(thin.values.filter((value) => value === null)).toHaveLength(1);
  });
});
