/** Runs a panel's query: which series, as which lines, the highest of them, how finely, and from which source. */
import type { Query, QueryResult } from '../../core/contract/query.ts';
import { spanOf, type Buckets } from '../../core/query/bounds.ts';
import { usualLengthMs } from '../../core/query/calendar.ts';
import { planQuery } from '../../core/query/query-plan.ts';
import { coarser } from '../../core/query/tier.ts';
import type { Clock } from '../../core/time.ts';
import { answerNote } from './answer-note.ts';
import { readCalendar, type CalendarBuckets } from './calendar-buckets.ts';
import { readEarlier } from './earlier.ts';
import { leavesOf, newestOfLeaves } from './leaf-series.ts';
import { isSingle, readLines, type LinesRead, type LinesWanted } from './line-reader.ts';
import { chooseLines } from './panel-lines.ts';
import { checkedRange, checkedWidth, spansOf, type PanelQuery } from './panel-query.ts';
import type { LatestValue, SampleSource } from './sample-source.ts';

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
      const found = newestOfLeaves(await store.latest(series, signal));
      // Of what is left out, the past comes first.
      const [living, ended] = [true, false].map((lives) =>
        found.filter(({ endedAtMs }) => (endedAtMs === null) === lives),
      );
      return found.length > limit ? [...living!, ...ended!].slice(0, limit) : found;
    },
  };
}

interface Asked {
  readonly query: PanelQuery;
  readonly nowMs: number;
}

async function run(source: SampleSource, asked: Asked, signal: AbortSignal): Promise<QueryResult> {
  const { query, nowMs } = asked;
  const { wanted, seriesTotal } = await planPanel(source, asked, signal);
  const { lines, range, calendar } = wanted;
  const shown = lines.flatMap(({ members }) => members);
  const [{ read, earlier }, gaps] = await Promise.all([
    readNowAndEarlier(source, wanted, signal),
    shown.length === 0 ? [] : source.gaps({ series: shown, range, nowMs }, signal),
  ]);
  const tier = coarser(read.tier, earlier.tier);
  const roundedTo = read.roundedTo ?? earlier.roundedTo;
  const stale = tier === 'raw' ? null : await source.stale({ tier, range, nowMs }, signal);
  return {
    series: [...read.points, ...earlier.points],
    seriesTotal,
    fromMs: range.fromMs,
    toMs: range.toMs,
    bucketMs: widthOf(wanted, read),
    asOfMs: nowMs,
    gaps,
    tier,
    ...(calendar === undefined ? {} : { timeZone: calendar.calendar.timeZone }),
    ...answerNote({ lines, query, tier, roundedTo, stale, calendar: calendar?.calendar }),
  };
}

interface PanelPlan {
  readonly wanted: LinesWanted & { query: PanelQuery; calendar: CalendarBuckets | undefined };
  readonly seriesTotal: number;
}

async function planPanel(
  source: SampleSource,
  { query, nowMs }: Asked,
  signal: AbortSignal,
): Promise<PanelPlan> {
  const askedRange = checkedRange(query);
  const widthPx = checkedWidth(query);
  const found = await source.findSeries(query.selectors, signal, earliestMs(query));
  const matching = leavesOf(found, query.function);
  const asked = { query, range: askedRange, widthPx, matching };
  const calendar = await readCalendar(source, asked, signal);
  const range = calendar === undefined ? askedRange : spanOf(calendar.boundsMs);
  const chosen = { query, range, calendar, matching, nowMs };
  const { shown, total } = await chooseLines(source, chosen, signal);
  const plan = planQuery({ range, widthPx, series: shown.length * spansOf(query) });
  const buckets = bucketsOf(query, plan.bucketMs, calendar);
  const wanted = { lines: shown, query, range, plan, buckets, calendar, nowMs };
  return { wanted, seriesTotal: total };
}

/** Where the answer begins, or before: nothing that was gone by then is counted among its lines. */
function earliestMs({ fromMs, offsetMs = 0, buckets }: PanelQuery): number {
  const widenedMs =
    buckets === undefined || buckets.by === 'range' ? 0 : 2 * usualLengthMs[buckets.by];
  return fromMs - offsetMs - widenedMs;
}

/** Totals of buckets can only be compared where all are as wide: of what is old there may be nothing finer. */
async function readNowAndEarlier(
  source: SampleSource,
  wanted: PanelPlan['wanted'],
  signal: AbortSignal,
): Promise<{ read: LinesRead; earlier: LinesRead }> {
  const read = await readLines(source, wanted, signal);
  const earlier = await readEarlier(source, widened(wanted, read), signal);
  const reduced = wanted.lines.some((line) => !isSingle(line, wanted));
  if (!reduced || earlier.bucketMs <= read.bucketMs) return { read, earlier };
  return { read: await readLines(source, widened(wanted, earlier), signal), earlier };
}

function widened(wanted: PanelPlan['wanted'], { bucketMs }: LinesRead): PanelPlan['wanted'] {
  const { buckets } = wanted;
  if (buckets.by !== 'width') return wanted;
  return { ...wanted, buckets: { by: 'width', widthMs: Math.max(buckets.widthMs, bucketMs) } };
}

function bucketsOf(
  query: PanelQuery,
  widthMs: number,
  calendar: CalendarBuckets | undefined,
): Buckets {
  if (calendar !== undefined) return { by: 'bounds', boundsMs: calendar.boundsMs };
  return query.buckets === undefined ? { by: 'width', widthMs } : { by: 'range' };
}

function widthOf({ buckets, range, calendar }: PanelPlan['wanted'], read: LinesRead): number {
  if (calendar !== undefined) return usualLengthMs[calendar.calendar.unit];
  return buckets.by === 'range' ? range.toMs - range.fromMs : read.bucketMs;
}
