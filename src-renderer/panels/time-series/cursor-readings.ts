/** What every series says at one moment, for the tooltip. */
import type { LiveSeries, Point } from '../../live/live-series.ts';
import { styledText } from '../series-style.ts';
import type { Styles } from './chart-row.ts';

export interface Reading {
  readonly id: number;
  readonly label: string;
  readonly color: string;
  /** On screen scale, without the sign of mirroring; null in a gap. */
  readonly value: number | null;
  readonly text: string;
}

/** The point nearest in time, by bisection; null where the nearest is further than `reachMs`. */
export function nearestPoint(series: LiveSeries, timeMs: number, reachMs: number): Point | null {
  const { timesMs, values } = series;
  let low = 0;
  let high = timesMs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 && timeMs - timesMs[low - 1]! < (timesMs[low] ?? Infinity) - timeMs;
  const at = before ? low - 1 : low;
  const foundMs = timesMs[at];
  if (foundMs === undefined || Math.abs(foundMs - timeMs) > reachMs) return null;
  return { timeMs: foundMs, value: values[at] ?? null };
}

/** All series that have a point there, greatest first, gaps last. */
export function readingsAt(
  series: Iterable<LiveSeries>,
  styles: Styles,
  { timeMs, reachMs }: { timeMs: number; reachMs: number },
): Reading[] {
  const readings: Reading[] = [];
  for (const one of series) {
    const style = styles.get(one.info.id);
    const point = style === undefined ? null : nearestPoint(one, timeMs, reachMs);
    if (style === undefined || point === null) continue;
    const value = point.value === null ? null : Math.abs(style.place(point.value));
    const signed = style.mirrored || point.value === null ? value : style.place(point.value);
    const text = styledText(signed, style, 'no data');
    readings.push({ id: style.id, label: style.label, color: style.color, value: signed, text });
  }
  return readings.toSorted((left, right) => (right.value ?? -Infinity) - (left.value ?? -Infinity));
}
