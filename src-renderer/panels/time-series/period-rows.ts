/** Rows of lines whose numbers are of whole periods: each is drawn level over its period's length, and no further. */
import { usualLengthMs } from '../../../core/query/calendar.ts';
import type { RangeQuery } from '../../../core/contract/query.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import { isCalendar, periodEnd, type Answered } from '../../live/periods.ts';
import type { SeriesStyle } from '../series-style.ts';
import { rowOf, type ChartRow, type Styles } from './chart-row.ts';

export interface PeriodsShown {
  readonly buckets: RangeQuery['buckets'];
  readonly answered: Answered;
  /** What is missing takes no room in a stack; a line breaks there. */
  readonly stacked: boolean;
}

/** Further apart than this there is a period between them, whatever the clocks do and however long the month is. */
const neighbours = 1.5;

export function periodRows(
  series: Iterable<LiveSeries>,
  styles: Styles,
  shown: PeriodsShown,
): ChartRow[] {
  return Array.from(series).flatMap((line) => {
    const style = styles.get(line.info.id);
    return style === undefined ? [] : rowsOfLine(line, style, shown);
  });
}

function rowsOfLine(line: LiveSeries, style: SeriesStyle, shown: PeriodsShown): ChartRow[] {
  const { timesMs, values } = line;
  return timesMs.flatMap((timeMs, at) => {
    const value = values[at] ?? null;
    const row = rowOf(style, { timeMs, value });
    if (value === null || goesOn(line, at, shown)) return [row];
    return [row, ...ending(row, periodEnd(timeMs, shown), shown)];
  });
}

/** Whether the next period has a number as well, up to which this one's is held. */
function goesOn({ timesMs, values }: LiveSeries, at: number, { buckets }: PeriodsShown): boolean {
  const next = timesMs[at + 1];
  if (next === undefined || values[at + 1] == null || !isCalendar(buckets)) return false;
  return next - timesMs[at]! < neighbours * usualLengthMs[buckets.by];
}

function ending(row: ChartRow, endMs: number, { answered, stacked }: PeriodsShown): ChartRow[] {
  const end = { ...row, time: endMs };
  if (endMs >= answered.toMs) return [end];
  return stacked ? [{ ...end, value: 0 }] : [end, { ...end, value: null }];
}
