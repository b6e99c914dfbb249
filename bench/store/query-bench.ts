/**
 * Panels' questions against the same asked naively, in turns on the same database: what the rollups and the planning of
 * reads are worth, and whether they stay so as the samples grow. The ratios are what can be compared between machines.
 */
import { performance } from 'node:perf_hooks';
import type { QueryResult } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { planQuery } from '../../core/query/query-plan.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { PanelQuery } from '../../service/query/panel-query.ts';
import { createQueryRouter } from '../../service/query/query-router.ts';
import type { SampleSource } from '../../service/query/sample-source.ts';
import { createStoreSource } from '../../service/query/store-source.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { median } from '../median.ts';
import { askNaively, type NaiveQuestion, type NaiveRow } from './naive-queries.ts';
import { percentile } from '../percentile.ts';
import { disagreement } from './query-agreement.ts';
import { benchMetric, type Dataset, deviceName, fleetDevices, spareMs } from './query-dataset.ts';

export interface FilledDatabase {
  readonly name: string;
  readonly pool: DatabasePool;
  readonly dataset: Dataset;
}

export interface QueryBenchOptions {
  readonly databases: readonly FilledDatabase[];
  /** Counted rounds, after one to warm up. */
  readonly runs: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Times {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly runs: number;
}

export interface QueryFigures {
  readonly query: string;
  readonly database: string;
  /** The coarsest tier that our answers were read from. */
  readonly tier: string;
  readonly ours: Times;
  readonly naive: Times;
  /** p50 of the naive query divided by ours. */
  readonly ratio: number;
  /** The same of p95. */
  readonly ratioP95: number;
  /** Our p50 divided by that on the first database. */
  readonly ofFirst: number;
}

interface Question {
  readonly name: string;
  readonly panel: PanelQuery;
  readonly naive: NaiveQuestion;
}

interface Measured {
  readonly ours: number[];
  readonly naive: number[];
  tier: string;
}

const widthPx = 1_600;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Ours a naive one; cheap naive ones are asked as often. */
const asksARound = 5;
const cheapMs = 500;

export async function benchQueries(options: QueryBenchOptions): Promise<readonly QueryFigures[]> {
  const { databases, runs, progress, signal } = options;
  const names = questionsOf(databases[0]!.dataset, 0).map(({ name }) => name);
  const measured = new Map<string, Measured>();
  let turn = 0;
  // The first round fills caches and is not counted.
  for (let round = 0; round <= runs; round += 1) {
    for (const database of databases) {
      for (const at of names.keys()) {
        signal.throwIfAborted();
        turn += asksARound;
        const figures = await measure(database, { at, turn }, signal);
        const line = `${names[at]!}, ${database.name}`;
        if (round > 0) add(measured, line, figures);
        progress(`${round === 0 ? 'warm-up' : `run ${round}`}: ${line}: ${inWords(figures)}`);
      }
    }
  }
  return databases.flatMap(({ name }) =>
    names.map((query) => summary({ query, name, first: databases[0]!.name }, measured)),
  );
}

function add(measured: Map<string, Measured>, line: string, figures: Measured): void {
  const known = measured.get(line);
  if (known === undefined) measured.set(line, figures);
  else {
    known.ours.push(...figures.ours);
    known.naive.push(...figures.naive);
  }
}

function inWords({ ours, naive }: Measured): string {
  return `${median(ours).toFixed(1)} ms, naive ${median(naive).toFixed(1)} ms`;
}

/** Each ask is of another range, so that no answer is one given before; the blocks it needs are in memory. */
export function questionsOf(dataset: Dataset, turn: number): Question[] {
  const { days, endMs, seriesIds } = dataset;
  // Odd to every bucket, so that each range cuts buckets of every tier.
  const toMs = endMs - ((turn * 97_531) % spareMs);
  const each = seriesIds.length / fleetDevices;
  const place = turn % fleetDevices;
  const ten = seriesIds.filter((_, at) => at % each === turn % each).slice(0, 10);
  const device = (at: number) => ({
    selector: { path: benchMetric, devices: [deviceName(at)] },
    seriesIds: seriesIds.slice(at * each, (at + 1) * each),
  });
  const last = (ms: number) => ({ fromMs: toMs - ms, toMs });
  const some = { selector: { path: benchMetric, seriesIds: ten }, seriesIds: ten };
  const first = seriesIds.slice(place * each, place * each + 5);
  const five = { selector: { path: benchMetric, seriesIds: first }, seriesIds: first };
  return [
    ofSeries('1 h of 10 series', some, last(hourMs)),
    ...(each > 5 ? [ofSeries('24 h of 5 series', five, last(dayMs))] : []),
    ofSeries(`24 h of ${each} series`, device(place), last(dayMs)),
    ofSeries(`${days} d of ${each} series`, device(0), last(days * dayMs)),
    ofHighest(`top 10 of ${seriesIds.length} series, 24 h`, last(dayMs)),
  ];
}

function ofSeries(
  name: string,
  {
    selector,
    seriesIds,
  }: { selector: PanelQuery['selectors'][number]; seriesIds: Dataset['seriesIds'] },
  range: TimeRange,
): Question {
  const { bucketMs } = planQuery({ range, widthPx, series: seriesIds.length });
  return {
    name,
    panel: { selectors: [selector], function: 'rate', ...range, widthPx },
    naive: { range, bucketMs, seriesIds },
  };
}

function ofHighest(name: string, range: TimeRange): Question {
  const top = 10;
  const { bucketMs } = planQuery({ range, widthPx, series: top });
  return {
    name,
    panel: { selectors: [{ path: benchMetric }], function: 'rate', top, ...range, widthPx },
    naive: { range, bucketMs, metric: benchMetric, top },
  };
}

async function measure(
  database: FilledDatabase,
  { at, turn }: { at: number; turn: number },
  signal: AbortSignal,
): Promise<Measured> {
  const measured: Measured = { ours: [], naive: [], tier: 'raw' };
  for (let ask = 0; ask < asksARound; ask += 1) {
    const question = questionsOf(database.dataset, turn + ask)[at]!;
    const ours = await timed(() => askOurs(database, question.panel, signal));
    measured.ours.push(ours.ms);
    measured.tier = ours.answer.tier ?? 'raw';
    if (ask > 0 && measured.naive[0]! > cheapMs) continue;
    const naive = await timed(() => askNaively(database.pool, question.naive));
    measured.naive.push(naive.ms);
    await check(database, { question, rates: ours.answer, naive: naive.answer }, signal);
  }
  return measured;
}

const sources = new WeakMap<DatabasePool, SampleSource>();

/** As the operation `query.run` does, asked at the end of the range; a program has one source as long as it runs. */
function askOurs(
  { pool }: FilledDatabase,
  panel: PanelQuery,
  signal: AbortSignal,
): Promise<QueryResult> {
  const store = sources.get(pool) ?? createStoreSource(pool);
  sources.set(pool, store);
  return createQueryRouter({ store }, { nowMs: () => panel.toMs }).run(panel, signal);
}

async function check(
  database: FilledDatabase,
  { question, rates, naive }: { question: Question; rates: QueryResult; naive: NaiveRow[] },
  signal: AbortSignal,
): Promise<void> {
  const panel = { ...question.panel, function: 'increase' } as const;
  const increases = await askOurs(database, panel, signal);
  const problem = disagreement({ rates, increases, naive });
  if (problem === null) return;
  throw new NocturneError(
    'STARTUP_FAILED',
    `the answers to "${question.name}" on ${database.name} differ, so their times say nothing: ${problem}`,
  );
}

async function timed<Answer>(work: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const startedAt = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - startedAt };
}

function summary(
  { query, name, first }: { query: string; name: string; first: string },
  measured: ReadonlyMap<string, Measured>,
): QueryFigures {
  const { ours, naive, tier } = measured.get(`${query}, ${name}`)!;
  const firstP50 = median(measured.get(`${query}, ${first}`)!.ours);
  return {
    query,
    database: name,
    tier,
    ours: timesOf(ours),
    naive: timesOf(naive),
    ratio: rounded(median(naive) / median(ours)),
    ratioP95: rounded(percentile(naive, 95) / percentile(ours, 95)),
    ofFirst: rounded(median(ours) / firstP50),
  };
}

function timesOf(ms: readonly number[]): Times {
  return { p50Ms: rounded(median(ms)), p95Ms: rounded(percentile(ms, 95)), runs: ms.length };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
