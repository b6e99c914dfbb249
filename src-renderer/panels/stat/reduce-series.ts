/** One number, and its recent course, out of all series of a stat panel. */
import type { StatPanel } from '../../../core/dashboard/document.ts';
import { toScreen, type Shown } from '../../format/quantity.ts';
import type { LiveSeries } from '../../live/live-series.ts';

export type Reduce = StatPanel['options']['reduce'];

const gridPoints = 90;
/** A sum over much fewer series than there are would look like a collapse. */
const sumNeeds = 0.9;

/** Null where there is nothing to reduce. */
export function reduceValues(values: readonly number[], reduce: Reduce): number | null {
  if (reduce === 'count') return values.length;
  if (values.length === 0) return null;
  const sum = values.reduce((left, right) => left + right, 0);
  switch (reduce) {
    case 'sum':
      return sum;
    case 'mean':
      return sum / values.length;
    case 'max':
      return values.reduce((left, right) => Math.max(left, right));
    default:
      return reduce satisfies never;
  }
}

export function currentValue(
  series: Iterable<LiveSeries>,
  { reduce, shown }: { reduce: Reduce; shown: Shown },
): number | null {
  const values: number[] = [];
  for (const { info, newest } of series) {
    if (newest?.value != null) values.push(toScreen(newest.value, info.unit, shown));
  }
  return reduceValues(values, reduce);
}

export interface SparkRow {
  readonly time: number;
  readonly value: number | null;
}

/** The same reduction at even steps through the range, holding each series' last value up to there. */
export function courseOf(
  series: readonly LiveSeries[],
  { reduce, shown, fromMs, toMs }: { reduce: Reduce; shown: Shown; fromMs: number; toMs: number },
): SparkRow[] {
  const stepMs = (toMs - fromMs) / gridPoints;
  const at = series.map(() => 0);
  const rows: SparkRow[] = [];
  for (let time = fromMs + stepMs; time <= toMs; time += stepMs) {
    const values = series.flatMap(({ info, timesMs, values }, index) => {
      while (at[index]! + 1 < timesMs.length && timesMs[at[index]! + 1]! <= time) at[index]! += 1;
      const known = timesMs[at[index]!];
      const stored = values[at[index]!];
      if (known === undefined || known > time || stored == null) return [];
      return [toScreen(stored, info.unit, shown)];
    });
    const whole = reduce !== 'sum' || values.length >= series.length * sumNeeds;
    rows.push({ time, value: values.length === 0 || !whole ? null : reduceValues(values, reduce) });
  }
  return rows;
}
