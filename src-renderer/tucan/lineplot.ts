import { Plot, type Field, type PlotData } from './plot.ts';
import { timeSeriesEncoding } from './time-series-encoding.ts';

export interface LineOptions {
  /** `break`: null values interrupt the line; `connect`: it runs on across them. */
  readonly gaps?: 'break' | 'connect';
  readonly strokeWidth?: number;
}

/** What to do with null values, in the words of Vega-Lite's `invalid` property of path marks. */
export function invalidMode(gaps: 'break' | 'connect'): string {
  return gaps === 'break' ? 'break-paths-show-path-domains' : 'filter';
}

export function lineplot<Row>(
  data: PlotData<Row>,
  [x, y]: readonly [Field<Row>, Field<Row>],
  { gaps = 'break', strokeWidth = 1.5 }: LineOptions = {},
): Plot<Row> {
  return new Plot<Row>({
    data,
    encoding: timeSeriesEncoding(x, y),
    layers: [
      {
        mark: {
          type: 'line',
          clip: true,
          strokeWidth,
          strokeJoin: 'round',
          // A value alone between two gaps is a dot; without a cap it would not be seen at all.
          strokeCap: 'round',
          invalid: invalidMode(gaps),
        },
        encoding: {},
      },
    ],
  });
}

/** A line that stays level until the next value. */
export function step<Row>(
  data: PlotData<Row>,
  fields: readonly [Field<Row>, Field<Row>],
  options: LineOptions = {},
): Plot<Row> {
  return lineplot(data, fields, options).markWith({ interpolate: 'step-after' });
}

/** A small line without axes, for beside a number. */
export function sparkline<Row>(
  data: PlotData<Row>,
  fields: readonly [Field<Row>, Field<Row>],
): Plot<Row> {
  return lineplot(data, fields, { strokeWidth: 1.25 })
    .encode('x', { axis: null })
    .encode('y', { axis: null, scale: { zero: false, nice: false } })
    .setPadding(1);
}
