/** How each line of a panel looks: name, colour, dashes, its unit, and the way from stored to screen. */
import type { RangeQuery, SeriesGrouping } from '../../core/contract/query.ts';
import type { Unit } from '../../core/telemetry/unit.ts';
import { lineLabels, type Line } from '../format/line-label.ts';
import { formatScreenValue, quantityText, toScreen, type Shown } from '../format/quantity.ts';
import type { LabelStyle } from '../format/series-label.ts';

export interface SeriesStyle {
  readonly id: number;
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** Drawn below zero. */
  readonly mirrored: boolean;
  /** Measured before the range, and drawn over it. */
  readonly earlier: boolean;
  readonly unit: Unit;
  readonly shown: Shown;
  /** Stored value → where it is drawn. */
  readonly place: (stored: number) => number;
}

export interface StyleChoice {
  readonly label: LabelStyle;
  readonly groupBy?: SeriesGrouping | undefined;
  readonly severalMetrics?: boolean;
  readonly buckets?: RangeQuery['buckets'];
  /** Of lines that do not say it themselves. */
  readonly shown: Shown;
  readonly mirrorOut: boolean;
  readonly colors: readonly string[];
  /** Of what stands for many others. */
  readonly neutral: string;
}

const dashes: readonly (readonly number[])[] = [[], [5, 3], [2, 2], [7, 2, 2, 2]];
const earlierDash: readonly number[] = [3, 4];

const byName = new Intl.Collator('en', { numeric: true });

export function styleSeries(
  all: readonly Line[],
  choice: StyleChoice,
): ReadonlyMap<number, SeriesStyle> {
  const { label, shown, mirrorOut, colors, neutral } = choice;
  const labels = lineLabels(all, { ...choice, style: label });
  const nameOf = ({ info }: Line) => labels.get(info.id) ?? info.metric;
  const sorted = all.toSorted((left, right) => byName.compare(nameOf(left), nameOf(right)));
  const coloured = sorted.filter(({ marks }) => !marks.other && marks.earlier === undefined);
  const places = new Map(coloured.map(({ info }, index) => [info.id as number, index]));
  return new Map(
    sorted.map((line) => {
      const { info, marks } = line;
      const index = places.get(marks.earlier?.seriesId ?? info.id);
      const earlier = marks.earlier !== undefined;
      const mirrored = mirrorOut && /\/out-[^/]*$/.test(info.metric);
      const sign = mirrored ? -1 : 1;
      const lineShown = marks.shownAs ?? shown;
      const dash = dashes[Math.floor((index ?? 0) / colors.length) % dashes.length]!;
      return [
        info.id,
        {
          id: info.id,
          label: nameOf(line),
          color: index === undefined ? neutral : (colors[index % colors.length] ?? neutral),
          dash: earlier ? earlierDash : dash,
          mirrored,
          earlier,
          unit: info.unit,
          shown: lineShown,
          place: (stored) => sign * toScreen(stored, info.unit, lineShown),
        },
      ];
    }),
  );
}

/** A number on screen scale as text, in the unit of its line. */
export function styledText(
  value: number | null,
  { unit, shown }: Pick<SeriesStyle, 'unit' | 'shown'>,
  missing: string,
): string {
  return value === null ? missing : quantityText(formatScreenValue(value, unit, shown));
}
