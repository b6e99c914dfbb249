import type { Unit } from '../../../core/telemetry/unit.ts';
import { formatScreenValue, quantityText, type Shown } from '../../format/quantity.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import type { Styles } from './chart-row.ts';
import { summarise, type SeriesSummary } from './series-summary.ts';

interface SeriesTableProps {
  readonly title: string;
  readonly series: readonly LiveSeries[];
  readonly styles: Styles;
  readonly unit: Unit;
  readonly shown: Shown;
}

/** The chart in words and numbers for screen readers: one line, then a table. */
export function SeriesTable({ title, series, styles, unit, shown }: SeriesTableProps) {
  const rows = series.flatMap((one) => {
    const style = styles.get(one.info.id);
    return style === undefined ? [] : [summarise(one, style)];
  });
  const text = (value: number | null) =>
    value === null ? 'no data' : quantityText(formatScreenValue(value, unit, shown));
  return (
    <div className="visually-hidden">
      <p>{sentence(title, rows, text)}</p>
      <table>
        <caption>{title}: values over the time range</caption>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col">Last</th>
            <th scope="col">Least</th>
            <th scope="col">Mean</th>
            <th scope="col">Greatest</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.label}</th>
              <td>{text(row.last)}</td>
              <td>{text(row.least)}</td>
              <td>{text(row.mean)}</td>
              <td>{text(row.greatest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sentence(
  title: string,
  rows: readonly SeriesSummary[],
  text: (value: number | null) => string,
): string {
  const top = rows.toSorted(
    (left, right) => (right.last ?? -Infinity) - (left.last ?? -Infinity),
  )[0];
  return top === undefined
    ? `${title}: no series.`
    : `${title}: ${rows.length} series, highest now ${top.label} at ${text(top.last)}.`;
}
