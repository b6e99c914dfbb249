/** What becomes of several rows or series, as SQL over the columns of measured rows. */
import type { Across, Reduction } from '../../../core/query/measure.ts';
import { milliwatts, type RowsWanted } from './measured-rows.ts';

export interface Reducing extends Pick<RowsWanted, 'measure' | 'average'> {
  /** One number of the rows of a series. */
  readonly reduction: Reduction;
  /** 0 to 100; for the reduction of that name. */
  readonly percentile: number;
  /** One number of those of several series. */
  readonly across: Across;
}

export function reductionSql(reducing: Reducing): string {
  const { reduction, measure, average } = reducing;
  const total = measure === 'rate' ? 'sum(total) / 1000' : 'sum(total)';
  switch (reduction) {
    case 'avg':
      return meanSql(reducing);
    case 'sum':
    case 'increase':
      return powerLevel(total, average);
    case 'min':
      return 'min(lo)';
    case 'max':
      return 'max(hi)';
    case 'count':
      return 'sum(n)';
    case 'last':
      return '(max(array[ms, last]))[2]';
    case 'percentile':
      return percentileSql(reducing, 'mean');
    default:
      return reduction satisfies never;
  }
}

export function meanSql({ average }: Reducing): string {
  return powerLevel('sum(total) / nullif(sum(weight), 0)', average);
}

/** Between the two nearest ranks. */
export function percentileSql({ percentile }: Reducing, value: string): string {
  return `percentile_cont(${percentile / 100}) within group (order by ${value})`;
}

/** Of the column `value` of several series. */
export function togetherSql({ across, average, reduction }: Reducing): string {
  const linear = average === 'milliwatt' && reduction !== 'count' && /^(sum|avg)$/.test(across);
  if (!linear) return `${across}(value)`;
  // A series alone is not sent through mW and back, which rounds.
  const together = powerLevel(`${across}(${milliwatts('value')})`, average);
  return `case when count(*) = 1 then min(value) else ${together} end`;
}

/** From mW back to dBm. */
function powerLevel(sql: string, average: RowsWanted['average']): string {
  return average === 'milliwatt' ? `10 * log(nullif(${sql}, 0))` : sql;
}
