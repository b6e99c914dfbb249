/** Stacking needs every series at the same times, so their points are laid on one grid first. */
import type { LiveSeries } from '../../live/live-series.ts';
import { rowOf, type ChartRow, type Styles } from './chart-row.ts';

const gridPoints = 160;

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The newest value at or before each step of the grid. Once that is older than `holdMs`, or a gap says so, the line
 * takes no room until the next one: an area knows no breaks, and would be drawn as a slope through the outage.
 */
export function stackedRows(
  series: Iterable<LiveSeries>,
  styles: Styles,
  { fromMs, toMs }: Stretch,
): ChartRow[] {
  const stepMs = Math.max(1_000, (toMs - fromMs) / gridPoints);
  const firstMs = Math.ceil(fromMs / stepMs) * stepMs;
  const rows: ChartRow[] = [];
  for (const one of series) {
    const style = styles.get(one.info.id);
    if (style === undefined) continue;
    const holdMs = Math.max(stepMs * 2, typicalStepMs(one.timesMs) * 3);
    let at = 0;
    for (let time = firstMs; time <= toMs; time += stepMs) {
      while (at + 1 < one.timesMs.length && one.timesMs[at + 1]! <= time) at += 1;
      const knownMs = one.timesMs[at];
      if (knownMs === undefined || knownMs > time) continue;
      const held = time - knownMs <= holdMs;
      const ended = !held && at === one.timesMs.length - 1;
      if (ended) break;
      rows.push(rowOf(style, { timeMs: time, value: held ? (one.values[at] ?? 0) : 0 }));
    }
  }
  return rows;
}

function typicalStepMs(timesMs: readonly number[]): number {
  if (timesMs.length < 2) return 0;
  return (timesMs.at(-1)! - timesMs[0]!) / (timesMs.length - 1);
}
