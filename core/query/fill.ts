/** Buckets without a value: left out, or filled in one of four ways. */
import type { Column } from './thin.ts';
import type { TimeRange } from './time-range.ts';

/** `null` breaks the line; `previous` holds the last value; `linear` draws between its neighbours. */
export const fillModes = ['null', 'previous', 'zero', 'linear'] as const;
export type FillMode = (typeof fillModes)[number];

/** Starts of the buckets that the range touches. */
export function bucketStarts({ fromMs, toMs }: TimeRange, bucketMs: number): number[] {
  const first = Math.floor(fromMs / bucketMs);
  const end = Math.ceil(toMs / bucketMs);
  return Array.from({ length: Math.max(0, end - first) }, (_, at) => (first + at) * bucketMs);
}

/**
 * One point for every bucket start given; the column's times must be among them. What lies before the first value and,
 * drawing linearly, after the last is unknown and stays null.
 */
export function fillColumn(column: Column, starts: readonly number[], mode: FillMode): Column {
  const known = new Map(column.timesMs.map((timeMs, at) => [timeMs, column.values[at]!]));
  const values = starts.map((timeMs) => known.get(timeMs) ?? null);
  return { timesMs: starts, values: filled(values, mode) };
}

function filled(values: readonly (number | null)[], mode: FillMode): (number | null)[] {
  switch (mode) {
    case 'null':
      return [...values];
    case 'zero':
      return values.map((value) => value ?? 0);
    case 'previous': {
      let held: number | null = null;
      return values.map((value) => (held = value ?? held));
    }
    case 'linear':
      return drawnBetween(values);
    default:
      return mode satisfies never;
  }
}

function drawnBetween(values: readonly (number | null)[]): (number | null)[] {
  const known = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]));
  const out = [...values];
  for (const [index, after] of known.entries()) {
    const before = known[index - 1] ?? after;
    for (let at = before.at + 1; at < after.at; at += 1) {
      const share = (at - before.at) / (after.at - before.at);
      out[at] = before.value * (1 - share) + after.value * share;
    }
  }
  return out;
}
