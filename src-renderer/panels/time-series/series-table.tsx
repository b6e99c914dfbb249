import type { LiveSeries } from '../../live/live-series.ts';
import { styledText, type SeriesStyle } from '../series-style.ts';
import type { Styles } from './chart-row.ts';
import { summarise, type SeriesSummary } from './series-summary.ts';

interface SeriesTableProps {
  readonly title: string;
  readonly series: readonly LiveSeries[];
  readonly styles: Styles;
  /** Why lines are broken, a sentence each. */
  readonly gaps: readonly string[];
}

interface Row extends SeriesSummary {
  readonly text: (value: number | null) => string;
}

function rowOf(series: LiveSeries, style: SeriesStyle): Row {
  return { ...summarise(series, style), text: (value) => styledText(value, style, 'no data') };
}

/** The chart in words and numbers for screen readers: one line, then a table. */
export function SeriesTable({ title, series, styles, gaps }: SeriesTableProps) {
  const rows = series.flatMap((one) => {
    const style = styles.get(one.info.id);
    return style === undefined ? [] : [rowOf(one, style)];
  });
  return (
    <div className="visually-hidden">
      <p>{[sentence(title, rows), ...gaps].join(' ')}</p>
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
          {rows.map(({ id, label, last, least, mean, greatest, text }) => (
            <tr key={id}>
              <th scope="row">{label}</th>
              <td>{text(last)}</td>
              <td>{text(least)}</td>
              <td>{text(mean)}</td>
              <td>{text(greatest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sentence(title: string, rows: readonly Row[]): string {
  const top = rows.toSorted(
    (left, right) => (right.last ?? -Infinity) - (left.last ?? -Infinity),
  )[0];
  return top === undefined
    ? `${title}: no series.`
    : `${title}: ${rows.length} series, highest now ${top.label} at ${top.text(top.last)}.`;
}
