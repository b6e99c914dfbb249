/** How each series of a panel looks: name, colour, dashes when colours run out, and the way from stored to screen. */
import type { SeriesInfo } from '../../core/contract/query.ts';
import { toScreen, type Shown } from '../format/quantity.ts';
import { seriesLabels, type LabelStyle } from '../format/series-label.ts';

export interface SeriesStyle {
  readonly id: number;
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** Drawn below zero. */
  readonly mirrored: boolean;
  /** Stored value → where it is drawn. */
  readonly place: (stored: number) => number;
}

export interface StyleChoice {
  readonly label: LabelStyle;
  readonly shown: Shown;
  readonly mirrorOut: boolean;
  readonly colors: readonly string[];
}

const dashes: readonly (readonly number[])[] = [[], [5, 3], [2, 2], [7, 2, 2, 2]];

const byName = new Intl.Collator('en', { numeric: true });

export function styleSeries(
  all: readonly SeriesInfo[],
  { label, shown, mirrorOut, colors }: StyleChoice,
): ReadonlyMap<number, SeriesStyle> {
  const labels = seriesLabels(all, label);
  const nameOf = (series: SeriesInfo) => labels.get(series.id) ?? series.metric;
  const sorted = all.toSorted((left, right) => byName.compare(nameOf(left), nameOf(right)));
  return new Map(
    sorted.map((series, index) => {
      const mirrored = mirrorOut && /\/out-[^/]*$/.test(series.metric);
      const sign = mirrored ? -1 : 1;
      return [
        series.id,
        {
          id: series.id,
          label: nameOf(series),
          color: colors[index % colors.length] ?? 'currentColor',
          dash: dashes[Math.floor(index / colors.length) % dashes.length]!,
          mirrored,
          place: (stored) => sign * toScreen(stored, series.unit, shown),
        },
      ];
    }),
  );
}
