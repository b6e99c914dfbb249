/** What a time-series panel shows, beside its title: function, unit, grouping, and how many of how many lines. */
import type { TimeSeriesPanel } from '../../../core/dashboard/document.ts';
import { functionWords, groupWords, unitWords, defaultShown } from '../../format/query-words.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import type { LiveWindow } from '../../live/live-window.ts';

interface Subtitled {
  readonly panel: TimeSeriesPanel;
  /** Those that are drawn. */
  readonly lines: readonly LiveSeries[];
  /** Lines at 0, not drawn. */
  readonly quiet: readonly LiveSeries[];
  readonly window: Pick<LiveWindow, 'seriesTotal' | 'bucketMs'>;
}

export function timeSeriesSubtitle({ panel, lines, quiet, window }: Subtitled): string {
  const first = lines[0];
  if (first === undefined) return '';
  const { query } = panel;
  const shown = first.marks.shownAs ?? defaultShown(query);
  const { bucketMs } = window;
  const unit = unitWords({ unit: first.info.unit, shown, bucketMs, buckets: query.buckets });
  const own = lines.filter(isOwn).length;
  const count = countWords(own, { total: window.seriesTotal, groups: query.groupBy !== undefined });
  const quietOwn = quiet.filter(isOwn).length;
  const rest = quietOwn === 0 ? '' : `${quietOwn} at 0 not drawn`;
  return [functionWords(query), unit, groupWords(query), count, rest].filter(Boolean).join(', ');
}

/** Counted among the series: neither the rest nor an earlier period. */
function isOwn({ marks }: LiveSeries): boolean {
  return marks.other !== true && marks.earlier === undefined;
}

function countWords(own: number, { total, groups }: { total: number; groups: boolean }): string {
  if (own === 1 && total <= 1) return '';
  const noun = groups ? 'groups' : 'series';
  return total > own ? `${own} of ${total} ${noun}` : `${own} ${noun}`;
}
