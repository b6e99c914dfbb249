/** Which lines a panel shows: every series or group, or the highest of them. */
import { maxPanelPoints, maxPanelSeries } from '../../core/query/query-plan.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { CalendarBuckets } from './calendar-buckets.ts';
import { linesOfGroups, linesOfOthers, linesOfSeries, type Line } from './line.ts';
import type { LeafSeries } from './leaf-series.ts';
import { rankLines } from './line-reader.ts';
import { spansOf, type PanelQuery } from './panel-query.ts';
import type { SampleSource } from './sample-source.ts';

export interface PanelLines {
  readonly shown: readonly Line[];
  /** How many there are, those not shown included. */
  readonly total: number;
}

export interface LinesAsked {
  readonly query: PanelQuery;
  readonly range: TimeRange;
  readonly calendar: CalendarBuckets | undefined;
  readonly matching: readonly LeafSeries[];
  readonly nowMs: number;
}

export async function chooseLines(
  source: SampleSource,
  asked: LinesAsked,
  signal: AbortSignal,
): Promise<PanelLines> {
  const { query, range, nowMs } = asked;
  const all = await linesOf(source, asked, signal);
  const limit = lineLimit(asked);
  const count = Math.min(query.top ?? limit, limit);
  if (query.top === undefined || all.length === 0)
    return { shown: all.slice(0, count), total: all.length };
  const ranked = await rankLines(source, { lines: all, range, nowMs }, signal);
  const chosen = ranked.slice(0, count);
  const rest = query.other === true ? linesOfOthers(ranked.slice(count), query, all.length) : [];
  return { shown: [...chosen, ...rest], total: all.length };
}

async function linesOf(
  source: SampleSource,
  { query, matching }: LinesAsked,
  signal: AbortSignal,
): Promise<Line[]> {
  const { groupBy } = query;
  if (groupBy === undefined || matching.length === 0) return linesOfSeries(matching, query);
  const deviceIds = [...new Set(matching.map(({ deviceId }) => deviceId))];
  const places = await source.places(deviceIds, signal);
  return linesOfGroups(matching, { ...query, groupBy }, places);
}

/** Periods cannot be thinned, so that there are fewer lines where there are many periods. */
function lineLimit({ query, calendar }: LinesAsked): number {
  const most = maxPanelSeries / spansOf(query);
  if (calendar === undefined) return most;
  const points = (calendar.boundsMs.length - 1) * spansOf(query);
  const others = query.other === true ? 1 : 0;
  return Math.max(1, Math.min(most, Math.floor(maxPanelPoints / points) - others));
}
