import { Plot, type Field, type PlotData } from './plot.ts';

export interface BarOptions {
  readonly mode?: 'stacked' | 'normalize' | 'grouped';
  /** Bars run to the right, one category a row. */
  readonly horizontal?: boolean;
}

/** One bar per category; `colorBy` then stacks or groups within it. */
export function bar<Row>(
  data: PlotData<Row>,
  [category, value]: readonly [Field<Row>, Field<Row>],
  { mode = 'stacked', horizontal = false }: BarOptions = {},
): Plot<Row> {
  const modes = { stacked: 'zero', normalize: 'normalize', grouped: null } as const;
  const along = { field: category, type: 'nominal', sort: null, title: null };
  const across = { field: value, type: 'quantitative', stack: modes[mode], title: null };
  return new Plot<Row>({
    data,
    encoding: horizontal ? { y: along, x: across } : { x: along, y: across },
    layers: [{ mark: { type: 'bar', cornerRadiusEnd: 2 }, encoding: {} }],
  });
}
