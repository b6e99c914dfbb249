/** Rollups computed the simple way, from all samples of a series at once. */
import type { NumberRow } from './sample-batch.ts';

export interface RollupRow {
  readonly bucketMs: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly first: number;
  readonly last: number;
  readonly increase: number | null;
  readonly rate_min: number | null;
  readonly rate_max: number | null;
  readonly covered_ms: number | null;
  readonly resets: number | null;
}

type Sample = Omit<NumberRow, 'ref'>;

export function rollUp(rows: readonly Sample[], bucketMs: number): RollupRow[] {
  const sorted = rows.toSorted((left, right) => left.timeUs - right.timeUs);
  const buckets = Map.groupBy(sorted, ({ timeUs }) => Math.floor(timeUs / 1_000 / bucketMs));
  return [...buckets].map(([bucket, samples]) => ({
    bucketMs: bucket * bucketMs,
    ...levels(samples.map(({ value }) => value)),
    ...counters(samples),
  }));
}

function levels(values: readonly number[]) {
  return {
    count: values.length,
    sum: total(values),
    min: Math.min(...values),
    max: Math.max(...values),
    first: values[0]!,
    last: values.at(-1)!,
  };
}

function counters(samples: readonly Sample[]) {
  const counted = samples.flatMap(({ delta, spanMs, quality }) =>
    delta === undefined ? [] : [{ delta, spanMs: spanMs!, quality: quality ?? 0 }],
  );
  const rates = counted
    .filter(({ spanMs }) => spanMs > 0)
    .map(({ delta, spanMs }) => (delta / spanMs) * 1_000);
  const none = counted.length === 0;
  return {
    increase: none ? null : total(counted.map(({ delta }) => delta)),
    rate_min: rates.length === 0 ? null : Math.min(...rates),
    rate_max: rates.length === 0 ? null : Math.max(...rates),
    covered_ms: none ? null : total(counted.map(({ spanMs }) => spanMs)),
    resets: none ? null : counted.filter(({ quality }) => (quality & 1) === 1).length,
  };
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
