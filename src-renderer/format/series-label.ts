/** What a series is called in a legend, a table or a tooltip. */
import type { SeriesInfo } from '../../core/contract/query.ts';

export type LabelStyle = 'device-and-keys' | 'device' | 'keys' | 'metric';

/** The values of all keys, outermost first: `Ethernet1/1`, `default · 10.0.7.2`. */
export function keysLabel(series: Pick<SeriesInfo, 'keys'>): string {
  return Object.values(series.keys).join(' · ');
}

/** The last element of the metric: `in-octets`. A leaf called like any other takes its parent along. */
export function metricLabel(series: Pick<SeriesInfo, 'metric'>): string {
  const parts = series.metric.split('/').filter((part) => part !== '' && part !== 'state');
  const last = parts.at(-1) ?? series.metric;
  return /^(instant|avg|min|max|value|total|index)$/.test(last) && parts.length > 1
    ? `${parts.at(-2)} ${last}`
    : last;
}

export function seriesLabel(series: SeriesInfo, style: LabelStyle): string {
  switch (style) {
    case 'device-and-keys':
      return [series.device, keysLabel(series)].filter((text) => text !== '').join(' · ');
    case 'device':
      return series.device;
    case 'keys':
      return keysLabel(series) || series.device;
    case 'metric':
      return metricLabel(series);
    default:
      return style satisfies never;
  }
}

/** Labels of a panel's series; where two would read alike, the metric is added to tell them apart. */
export function seriesLabels(
  all: readonly SeriesInfo[],
  style: LabelStyle,
): ReadonlyMap<number, string> {
  const counts = new Map<string, number>();
  for (const series of all) {
    const label = seriesLabel(series, style);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return new Map(
    all.map((series) => {
      const label = seriesLabel(series, style);
      return [series.id, counts.get(label) === 1 ? label : `${label} · ${metricLabel(series)}`];
    }),
  );
}
