/** The rows a time-series chart draws, made from the panel's live window. */
import type { NewPoint } from '../../live/live-window.ts';
import type { LiveSeries, Point } from '../../live/live-series.ts';
import type { SeriesStyle } from '../series-style.ts';

export interface ChartRow {
  readonly time: number;
  readonly value: number | null;
  readonly series: number;
  readonly color: string;
  readonly dash: readonly number[];
  readonly earlier: boolean;
}

export type Styles = ReadonlyMap<number, SeriesStyle>;

export function rowOf(style: SeriesStyle, { timeMs, value }: Point): ChartRow {
  return {
    time: timeMs,
    value: value === null ? null : style.place(value),
    series: style.id,
    color: style.color,
    dash: style.dash,
    earlier: style.earlier,
  };
}

export function rowsOfWindow(series: Iterable<LiveSeries>, styles: Styles): ChartRow[] {
  const rows: ChartRow[] = [];
  for (const { info, timesMs, values } of series) {
    const style = styles.get(info.id);
    if (style === undefined) continue;
    for (let at = 0; at < timesMs.length; at += 1) {
      rows.push(rowOf(style, { timeMs: timesMs[at]!, value: values[at] ?? null }));
    }
  }
  return rows;
}

export function rowsOfPoints(points: readonly NewPoint[], styles: Styles): ChartRow[] {
  return points.flatMap((point) => {
    const style = styles.get(point.seriesId);
    return style === undefined ? [] : [rowOf(style, point)];
  });
}
