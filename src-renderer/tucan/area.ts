import { invalidMode } from './lineplot.ts';
import { Plot, type Field, type PlotData } from './plot.ts';
import { timeSeriesEncoding } from './time-series-encoding.ts';

export interface AreaOptions {
  /** `stacked` needs all series at the same times; `none` lays them over one another. */
  readonly stack?: 'stacked' | 'normalize' | 'none';
  readonly gaps?: 'break' | 'connect';
}

export function area<Row>(
  data: PlotData<Row>,
  [x, y]: readonly [Field<Row>, Field<Row>],
  { stack = 'none', gaps = 'break' }: AreaOptions = {},
): Plot<Row> {
  const stacked = stack !== 'none';
  const modes = { stacked: 'zero', normalize: 'normalize', none: null } as const;
  return new Plot<Row>({
    data,
    encoding: timeSeriesEncoding(x, y),
    layers: [
      {
        mark: {
          type: 'area',
          clip: true,
          line: { strokeWidth: stacked ? 1 : 1.5 },
          fillOpacity: stacked ? 0.55 : 0.12,
          invalid: invalidMode(gaps),
        },
        encoding: {},
      },
    ],
  }).encode('y', { stack: modes[stack] });
}
