import type { Encoding } from './plot.ts';

/** Time along, a number up. */
export function timeSeriesEncoding(x: string, y: string): Encoding {
  return {
    x: { field: x, type: 'temporal', title: null },
    y: { field: y, type: 'quantitative', title: null },
  };
}
