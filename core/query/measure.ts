/** What a function measures: numbers as they are stored, or the exact increases of counters. */
import type { SeriesKind } from '../telemetry/series.ts';

/**
 * `value`: as it is, and `rate`: counters per second (octets shown as bits by the unit's rateFactor), keep the minimum
 * and the maximum of every pixel. The others give one number a bucket.
 */
export const queryFunctions = [
  'value',
  'rate',
  'avg',
  'min',
  'max',
  'sum',
  'count',
  'last',
  'increase',
  'percentile',
] as const;
export type QueryFunction = (typeof queryFunctions)[number];

/** How the series of a group become one. */
export const acrossFunctions = ['sum', 'avg', 'min', 'max'] as const;
export type Across = (typeof acrossFunctions)[number];

/** What percentiles are of, where not of samples: means of so long. */
export const percentileWindows = ['1m', '5m'] as const;
export type PercentileOf = (typeof percentileWindows)[number];

export const percentileWindowMs: Readonly<Record<PercentileOf, number>> = {
  '1m': 60_000,
  '5m': 300_000,
};

/** `value` as stored; `rate` per second, from exact deltas of counters. */
export type Measure = 'value' | 'rate';

/** One number a bucket and series. */
export type Reduction = Exclude<QueryFunction, 'value' | 'rate'>;

/** What the numbers of an answer are: in the unit, in the unit per second, in the unit per bucket, or samples. */
export const shownAs = ['value', 'rate', 'increase', 'count'] as const;
export type ShownAs = (typeof shownAs)[number];

/**
 * null where the series has no such measure: rates and increases exist for counters alone. The reading of a counter says
 * nothing, so its mean, extremes and percentiles are those of its rate, and its sum is its increase.
 */
export function measureOf(name: QueryFunction, kind: SeriesKind): Measure | null {
  switch (name) {
    case 'value':
    case 'count':
    case 'last':
      return 'value';
    case 'rate':
    case 'increase':
      return kind === 'counter' ? 'rate' : null;
    case 'avg':
    case 'min':
    case 'max':
    case 'sum':
    case 'percentile':
      return kind === 'counter' ? 'rate' : 'value';
    default:
      return name satisfies never;
  }
}

export function shownAsOf(name: QueryFunction, measure: Measure): ShownAs {
  if (name === 'count') return 'count';
  if (name === 'increase') return 'increase';
  if (name === 'sum' && measure === 'rate') return 'increase';
  return measure;
}

/** Where aligned buckets are needed (groups, the rest of a top-N), values and rates are their means. */
export function reductionOf(name: QueryFunction): Reduction {
  return name === 'value' || name === 'rate' ? 'avg' : name;
}
