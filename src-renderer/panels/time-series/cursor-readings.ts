/** What every series says at one moment, for the tooltip. */
import type { LiveSeries, Point } from '../../live/live-series.ts';
import { styledText } from '../series-style.ts';
import type { Styles } from './chart-row.ts';

export interface Reading {
  readonly id: number;
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** On screen scale, without the sign of mirroring; null in a gap. */
  readonly value: number | null;
  readonly text: string;
}

export interface Reached {
  readonly timeMs: number;
  readonly reachMs: number;
  /** A point stands for the time after it, as of a period for which there is one number. */
  readonly holds?: boolean;
}

/**
 * The point nearest in time, or the one that holds there; null where it is further than `reachMs`. A gap goes on until
 * the line does.
 */
export function nearestPoint(
  { timesMs, values }: Pick<LiveSeries, 'timesMs' | 'values'>,
  { timeMs, reachMs, holds = false }: Reached,
): Point | null {
  const next = firstAfter(timesMs, timeMs);
  const sinceMs = timeMs - (timesMs[next - 1] ?? Number.NEGATIVE_INFINITY);
  const untilMs = (timesMs[next] ?? Number.POSITIVE_INFINITY) - timeMs;
  const inGap = values[next - 1] === null;
  const at = holds || inGap || sinceMs < untilMs ? next - 1 : next;
  const foundMs = timesMs[at];
  if (foundMs === undefined || Math.abs(foundMs - timeMs) > reachMs) return null;
  return { timeMs: foundMs, value: values[at] ?? null };
}

/** By bisection. */
function firstAfter(timesMs: readonly number[], timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All series that have a point there, greatest first, gaps last. */
export function readingsAt(
  series: Iterable<LiveSeries>,
  styles: Styles,
  reached: Reached,
): Reading[] {
  const readings: Reading[] = [];
  for (const one of series) {
    const style = styles.get(one.info.id);
    const point = style === undefined ? null : nearestPoint(one, reached);
    if (style === undefined || point === null) continue;
    const value = point.value === null ? null : Math.abs(style.place(point.value));
    const signed = style.mirrored || point.value === null ? value : style.place(point.value);
    const text = styledText(signed, style, 'no data');
    const { id, label, color, dash } = style;
    readings.push({ id, label, color, dash, value: signed, text });
  }
  return readings.toSorted((left, right) => (right.value ?? -Infinity) - (left.value ?? -Infinity));
}
