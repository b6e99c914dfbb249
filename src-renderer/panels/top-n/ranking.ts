/** The rows of a top-N panel, from the newest values of its series. */
import type { SeriesInfo } from '../../../core/contract/query.ts';
import { toScreen, type Shown } from '../../format/quantity.ts';
import { keysLabel, metricLabel } from '../../format/series-label.ts';
import type { LiveSeries } from '../../live/live-series.ts';

export interface RankedRow {
  readonly id: number;
  readonly deviceId: SeriesInfo['deviceId'];
  readonly device: string;
  readonly part: string;
  readonly value: number;
  /** Length of the bar, 0 to 1. */
  readonly share: number;
}

/** Percentages fill their bar at 100; everything else is measured against the greatest. */
export function rank(
  series: Iterable<LiveSeries>,
  { count, shown }: { count: number; shown: Shown },
): RankedRow[] {
  const all = [...series];
  const rows = all.flatMap(({ info, newest }) => {
    if (newest === null || newest.value === null) return [];
    const value = toScreen(newest.value, info.unit, shown);
    const part = keysLabel(info) || metricLabel(info);
    return [{ id: info.id, deviceId: info.deviceId, device: info.device, part, value }];
  });
  rows.sort((left, right) => right.value - left.value);
  const percent = all[0]?.info.unit === '%' && shown === 'value';
  const full = percent ? 100 : Math.max(0, rows[0]?.value ?? 0);
  return rows.slice(0, count).map((row) => ({
    ...row,
    share: full > 0 ? Math.min(1, Math.max(0, row.value / full)) : 0,
  }));
}

/** The head of the column of parts: `interface/name` says "Interface". */
export function partHeading(series: SeriesInfo | undefined): string {
  const key = Object.keys(series?.keys ?? {}).at(-1);
  const word = key?.split('/')[0] ?? 'metric';
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll('-', ' ');
}
