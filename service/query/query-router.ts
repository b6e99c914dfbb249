/** Runs a panel's query: which series, as which lines, the highest of them, how finely, and from which source. */
import type { Query, QueryResult, RangeQuery, SeriesInfo } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { measureOf } from '../../core/query/measure.ts';
import { maxPanelSeries, minPanelWidthPx, planQuery } from '../../core/query/query-plan.ts';
import { coarser } from '../../core/query/tier.ts';
import { checkRange, type TimeRange } from '../../core/query/time-range.ts';
import type { Clock } from '../../core/time.ts';
import { answerNote } from './answer-note.ts';
import { readEarlier } from './earlier.ts';
import { linesOfGroups, linesOfOthers, linesOfSeries, type Line } from './line.ts';
import { rankLines, readLines } from './line-reader.ts';
import type { LatestValue, SampleSource } from './sample-source.ts';

export interface PanelQuery extends RangeQuery, TimeRange {
  /** 2 to 8,192 */
  readonly widthPx: number;
}

export interface QueryRouter {
  /** @throws INPUT_INVALID, PATH_INVALID, QUERY_TOO_LARGE, QUERY_TIMEOUT, DATABASE_UNREACHABLE */
  run(query: PanelQuery, signal: AbortSignal): Promise<QueryResult>;
  latest(
    query: { selectors: Query['selectors']; limit: number },
    signal: AbortSignal,
  ): Promise<LatestValue[]>;
}

export function createQueryRouter(sources: { store: SampleSource }, clock: Clock): QueryRouter {
  const { store } = sources;
  return {
    run: (query, signal) => run(store, { query, nowMs: clock.nowMs() }, signal),
    async latest({ selectors, limit }, signal) {
      const series = await store.findSeries(selectors, signal);
      return (await store.latest(series, signal)).slice(0, limit);
    },
  };
}

interface Asked {
  readonly query: PanelQuery;
  readonly nowMs: number;
}

async function run(source: SampleSource, asked: Asked, signal: AbortSignal): Promise<QueryResult> {
  const { query, nowMs } = asked;
  const range = checkedRange(query);
  const widthPx = checkedWidth(query);
  const matching = (await source.findSeries(query.selectors, signal)).filter(
    ({ kind }) => measureOf(query.function, kind) !== null,
  );
  const all = await linesOf(source, { query, matching }, signal);
  const lines = await choose(source, { ...asked, range, all }, signal);
  const periods = query.offsetMs === undefined ? 1 : 2;
  const plan = planQuery({ range, widthPx, series: lines.length * periods });
  const wanted = { lines, query, range, plan, nowMs };
  const read = await readLines(source, wanted, signal);
  const earlier = await readEarlier(source, wanted, signal);
  const tier = coarser(read.tier, earlier.tier);
  const shown = lines.flatMap(({ members }) => members);
  const gaps = shown.length === 0 ? [] : await source.gaps({ series: shown, range, nowMs }, signal);
  return {
    series: [...read.points, ...earlier.points],
    seriesTotal: all.length,
    fromMs: range.fromMs,
    toMs: range.toMs,
    bucketMs: read.bucketMs,
    asOfMs: nowMs,
    gaps,
    tier,
    ...answerNote({ lines, query, tier }),
  };
}

/** Times that JavaScript can hold. */
const maxTimeMs = 8.64e15;

function checkedRange({ fromMs, toMs, offsetMs = 0 }: PanelQuery): TimeRange {
  const range = checkRange({ fromMs, toMs });
  if (!range.ok) throw new NocturneError('INPUT_INVALID', range.problem);
  if (Math.abs(fromMs) > maxTimeMs || Math.abs(toMs) > maxTimeMs) {
    throw new NocturneError('INPUT_INVALID', 'the time range lies outside of what can be stored');
  }
  if (!Number.isFinite(offsetMs) || offsetMs < 0) {
    throw new NocturneError('INPUT_INVALID', `not a time to go back by: ${offsetMs} ms`);
  }
  return range.value;
}

const maxWidthPx = 8_192;

function checkedWidth({ widthPx }: PanelQuery): number {
  if (widthPx >= minPanelWidthPx && widthPx <= maxWidthPx) return Math.floor(widthPx);
  throw new NocturneError(
    'INPUT_INVALID',
    `not a width of a panel: ${widthPx} px (${minPanelWidthPx} to ${maxWidthPx} are)`,
  );
}

async function linesOf(
  source: SampleSource,
  { query, matching }: { query: PanelQuery; matching: readonly SeriesInfo[] },
  signal: AbortSignal,
): Promise<Line[]> {
  const { groupBy } = query;
  if (groupBy === undefined || matching.length === 0) return linesOfSeries(matching, query);
  const deviceIds = [...new Set(matching.map(({ deviceId }) => deviceId))];
  const places = await source.places(deviceIds, signal);
  return linesOfGroups(matching, { ...query, groupBy }, places);
}

async function choose(
  source: SampleSource,
  { query, range, nowMs, all }: Asked & { range: TimeRange; all: readonly Line[] },
  signal: AbortSignal,
): Promise<readonly Line[]> {
  const limit = query.offsetMs === undefined ? maxPanelSeries : maxPanelSeries / 2;
  const count = Math.min(query.top ?? limit, limit);
  if (query.top === undefined || all.length === 0) return all.slice(0, count);
  const ranked = await rankLines(source, { lines: all, range, nowMs }, signal);
  const chosen = ranked.slice(0, count);
  if (query.other !== true) return chosen;
  return [...chosen, ...linesOfOthers(ranked.slice(count), query, all.length)];
}
