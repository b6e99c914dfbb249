/** One number, and its recent course, out of all series of a stat panel. */
import type { StatPanel } from '../../../core/dashboard/document.ts';
import { toScreen, type Shown } from '../../format/quantity.ts';
import { holdingTimes } from '../../live/heard.ts';
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

/** The lines that are reduced: a rest belongs into a sum, but is no single line beside the others. */
export function linesToReduce(series: Iterable<LiveSeries>, reduce: Reduce): LiveSeries[] {
  return [...series].filter(
    ({ marks }) => marks.earlier === undefined && (reduce === 'sum' || !marks.other),
  );
}

/** The same lines as they were earlier. */
export function earlierToReduce(series: Iterable<LiveSeries>, reduce: Reduce): LiveSeries[] {
  return [...series].filter(
    ({ marks }) => marks.earlier !== undefined && (reduce === 'sum' || !marks.other),
  );
}

function onScreen({ info, marks }: LiveSeries, stored: number, shown: Shown): number {
  return toScreen(stored, info.unit, marks.shownAs ?? shown);
}

export function currentValue(
  series: Iterable<LiveSeries>,
  { reduce, shown }: { reduce: Reduce; shown: Shown },
): number | null {
  const values: number[] = [];
  for (const one of series) {
    if (one.newest?.value != null) values.push(onScreen(one, one.newest.value, shown));
  }
  return reduceValues(values, reduce);
}

/** Whether a sum lacks so much that it cannot stand for all lines. */
export function isPartial({ heard, of }: { heard: number; of: number }, reduce: Reduce): boolean {
  return reduce === 'sum' && heard < of * sumNeeds;
}

/** What the number was before: null where too little is known of then to compare with. */
export function earlierValue(
  earlier: readonly LiveSeries[],
  { reduce, shown, lines }: { reduce: Reduce; shown: Shown; lines: number },
): number | null {
  const known = earlier.filter(({ newest }) => newest?.value != null);
  if (isPartial({ heard: known.length, of: lines }, reduce)) return null;
  return known.length === 0 ? null : currentValue(known, { reduce, shown });
}

/** `+12 %`; empty where there is nothing to measure against. */
export function changeText(value: number, before: number): string {
  if (before === 0) return '';
  const percent = ((value - before) / Math.abs(before)) * 100;
  const size = Math.abs(percent);
  if (size < 0.05) return '±0 %';
  return `${percent > 0 ? '+' : '−'}${size < 10 ? size.toFixed(1) : size.toFixed(0)} %`;
}

export interface SparkRow {
  readonly time: number;
  readonly value: number | null;
}

interface CourseChoice {
  readonly reduce: Reduce;
  readonly shown: Shown;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  /** These hold their last value to the end. */
  readonly heard: readonly LiveSeries[];
}

/** The same reduction at even steps through the range, holding each series' last value as long as it is heard. */
export function courseOf(
  series: readonly LiveSeries[],
  { reduce, shown, fromMs, toMs, bucketMs, heard }: CourseChoice,
): SparkRow[] {
  const holdMs = holdingTimes(series, { bucketMs });
  const isHeard = series.map((one) => heard.includes(one));
  const stepMs = (toMs - fromMs) / gridPoints;
  const at = series.map(() => 0);
  const rows: SparkRow[] = [];
  for (let time = fromMs + stepMs; time <= toMs; time += stepMs) {
    const values = series.flatMap((one, index) => {
      const { timesMs, values } = one;
      while (at[index]! + 1 < timesMs.length && timesMs[at[index]! + 1]! <= time) at[index]! += 1;
      const known = timesMs[at[index]!];
      const stored = values[at[index]!];
      if (known === undefined || known > time || stored == null) return [];
      const isLast = at[index] === timesMs.length - 1;
      if (time - known > holdMs[index]! && !(isLast && isHeard[index])) return [];
      return [onScreen(one, stored, shown)];
    });
    const partial = isPartial({ heard: values.length, of: series.length }, reduce);
    rows.push({
      time,
      value: values.length === 0 || partial ? null : reduceValues(values, reduce),
    });
  }
  return rows;
}
