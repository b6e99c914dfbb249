/** How many a ranking shows: one number for its rows and for its question, so that rows and the rest add up. */
import type { RangeQuery } from '../../../core/contract/query.ts';
import type { TopPanel } from '../../../core/dashboard/document.ts';
import { formatCount } from '../../format/quantity.ts';
import type { LiveSeries } from '../../live/live-series.ts';

/** What a query says itself counts before the panel's own option. */
export function topQuery({ query, options }: Pick<TopPanel, 'query' | 'options'>): RangeQuery {
  return query.top === undefined ? { ...query, top: options.count } : query;
}

/** `10 of 480 by mean`: rows stand in the order of now, but which they are is a matter of the whole range. */
export function topWords(series: Iterable<LiveSeries>, { total }: { total: number }): string {
  const shown = [...series].filter(({ marks }) => !marks.other && !marks.earlier).length;
  return total > shown && shown > 0 ? `${shown} of ${formatCount(total)} by mean` : '';
}
