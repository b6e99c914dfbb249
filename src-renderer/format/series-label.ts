/** What a series is called in a legend, a table or a tooltip. */
import type { SeriesInfo } from '../../core/contract/query.ts';

export type LabelStyle = 'device-and-keys' | 'device' | 'keys' | 'metric';

export interface Place {
  /** The list it is an entry of: `interface`. */
  readonly of: string;
  readonly value: string;
}

/** Where a series is measured, outermost first; its keys come in any order. */
export function placesOf({ keys, metric }: Pick<SeriesInfo, 'keys' | 'metric'>): readonly Place[] {
  const elements = metric.split('/');
  return Object.entries(keys)
    .map(([key, value]) => ({ of: key.split('/')[0]!, value }))
    .toSorted((left, right) => elements.indexOf(left.of) - elements.indexOf(right.of));
}

/** The values of all keys, outermost first: `Ethernet1/1`, `default · 10.0.7.2`. */
export function keysLabel(series: Pick<SeriesInfo, 'keys' | 'metric'>): string {
  return placesOf(series)
    .map(({ value }) => value)
    .join(' · ');
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
