/** Runs a panel's query: which series, the highest of them, how finely, and from which source. */
import type { Query, QueryResult, SeriesInfo } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { maxPanelSeries, planQuery } from '../../core/query/query-plan.ts';
import { checkRange, type TimeRange } from '../../core/query/time-range.ts';
import type { Clock } from '../../core/time.ts';
import type { LatestValue, SampleSource } from './sample-source.ts';

export interface PanelQuery extends Query, TimeRange {
  readonly widthPx: number;
}

export interface QueryRouter {
  /** @throws INPUT_INVALID, PATH_INVALID, QUERY_TOO_LARGE, QUERY_TIMEOUT */
  run(query: PanelQuery, signal: AbortSignal): Promise<QueryResult>;
  latest(
    query: { selectors: Query['selectors']; limit: number },
    signal: AbortSignal,
  ): Promise<LatestValue[]>;
}

export function createQueryRouter(sources: { store: SampleSource }, clock: Clock): QueryRouter {
  const { store } = sources;
  return {
    run: (query, signal) => run(store, clock, { query, signal }),
    async latest({ selectors, limit }, signal) {
      const series = await store.findSeries(selectors, signal);
      return (await store.latest(series, signal)).slice(0, limit);
    },
  };
}

async function run(
  source: SampleSource,
  clock: Clock,
  { query, signal }: { query: PanelQuery; signal: AbortSignal },
): Promise<QueryResult> {
  const range = checkedRange(query);
  const asOfMs = clock.nowMs();
  const matching = (await source.findSeries(query.selectors, signal)).filter((series) =>
    canMeasure(query.function, series),
  );
  const chosen = await choose(source, { query, range, matching, signal });
  const plan = planQuery({ range, widthPx: query.widthPx, series: chosen.length });
  const seriesIds = chosen.map(({ id }) => id);
  const answer =
    chosen.length === 0
      ? { columns: new Map(), thinned: false }
      : await source.read({ seriesIds, range, measure: query.function, plan }, signal);
  return {
    series: chosen.flatMap((series) => {
      const column = answer.columns.get(series.id);
      if (column === undefined || column.timesMs.length === 0) return [];
      return [{ series, timesMs: [...column.timesMs], values: [...column.values] }];
    }),
    seriesTotal: matching.length,
    fromMs: range.fromMs,
    toMs: range.toMs,
    bucketMs: answer.thinned ? plan.bucketMs : 0,
    asOfMs,
  };
}

/** Times that PostgreSQL and JavaScript both can hold. */
const maxTimeMs = 8.64e15;

function checkedRange({ fromMs, toMs }: PanelQuery): TimeRange {
  const range = checkRange({ fromMs, toMs });
  if (!range.ok) throw new NocturneError('INPUT_INVALID', range.problem);
  if (Math.abs(fromMs) > maxTimeMs || Math.abs(toMs) > maxTimeMs) {
    throw new NocturneError('INPUT_INVALID', 'the time range lies outside of what can be stored');
  }
  return range.value;
}

/** A rate exists for counters alone; states are shown as values where they are numbers. */
function canMeasure(measure: Query['function'], series: SeriesInfo): boolean {
  return measure === 'value' || series.kind === 'counter';
}

async function choose(
  source: SampleSource,
  wanted: {
    query: PanelQuery;
    range: TimeRange;
    matching: readonly SeriesInfo[];
    signal: AbortSignal;
  },
): Promise<readonly SeriesInfo[]> {
  const { query, range, matching, signal } = wanted;
  const count = Math.min(query.top ?? maxPanelSeries, maxPanelSeries);
  if (query.top === undefined || matching.length === 0) return matching.slice(0, count);
  const byId = new Map(matching.map((series) => [series.id, series]));
  const ids = await source.top(
    { seriesIds: [...byId.keys()], range, measure: query.function, count },
    signal,
  );
  return ids.map((id) => byId.get(id)!);
}
