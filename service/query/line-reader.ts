/** Reads lines over one range: single series with the extremes of every pixel, everything else a number a bucket. */
import type { RangeQuery, SeriesPoints } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import type { Buckets } from '../../core/query/bounds.ts';
import { percentileWindowMs, reductionOf, shownAsOf } from '../../core/query/measure.ts';
import type { QueryPlan } from '../../core/query/query-plan.ts';
import type { Column } from '../../core/query/thin.ts';
import { coarser, type RollupTier, type Tier } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import { columnOfRows } from './bucket-column.ts';
import { carriedEnds } from './carried-ends.ts';
import type { EarlierPart } from '../store/reading/measured-rows.ts';
import type { Line } from './line.ts';
import type { GroupRequest, SampleSource } from './sample-source.ts';

export interface LinesWanted {
  readonly lines: readonly Line[];
  readonly query: Pick<RangeQuery, 'function' | 'percentile' | 'percentileOf' | 'fill'>;
  readonly range: TimeRange;
  readonly plan: QueryPlan;
  /** By anything but width, every line is of one number a bucket. */
  readonly buckets: Buckets;
  readonly nowMs: number;
}

export interface LinesRead {
  /** In the order of the lines; those without any point are missing. */
  readonly points: readonly SeriesPoints[];
  readonly bucketMs: number;
  readonly tier: Tier;
  readonly roundedTo?: RollupTier | undefined;
}

interface Part extends Omit<LinesRead, 'points'> {
  readonly columns: ReadonlyMap<Line, Column>;
}

export async function readLines(
  source: SampleSource,
  wanted: LinesWanted,
  signal: AbortSignal,
): Promise<LinesRead> {
  const { lines, query } = wanted;
  const single = (line: Line) => isSingle(line, wanted);
  const parts = [
    await readSingles(source, { ...wanted, lines: lines.filter(single) }, signal),
    await readReduced(source, { ...wanted, lines: lines.filter((line) => !single(line)) }, signal),
  ].flat();
  return {
    points: lines.flatMap((line) => {
      const column = parts.map(({ columns }) => columns.get(line)).find((found) => found);
      return column === undefined || column.timesMs.length === 0
        ? []
        : [pointsOf(line, query, column)];
    }),
    bucketMs: parts.reduce((widest, { bucketMs }) => Math.max(widest, bucketMs), 0),
    tier: parts.reduce<Tier>((coarsest, { tier }) => coarser(coarsest, tier), 'raw'),
    roundedTo: parts.find(({ roundedTo }) => roundedTo !== undefined)?.roundedTo,
  };
}

/** One stored series, as the extremes of every pixel. */
export function isSingle(
  { marks }: Line,
  { query, buckets }: Pick<LinesWanted, 'query' | 'buckets'>,
): boolean {
  const extremes = query.function === 'value' || query.function === 'rate';
  return buckets.by === 'width' && extremes && marks.group === undefined && !marks.other;
}

function pointsOf(line: Line, query: LinesWanted['query'], column: Column): SeriesPoints {
  return {
    series: line.info,
    timesMs: [...column.timesMs],
    values: [...column.values],
    shownAs: shownAsOf(query.function, line.measure),
    ...line.marks,
  };
}

async function readSingles(
  source: SampleSource,
  { lines, range, plan, nowMs }: LinesWanted,
  signal: AbortSignal,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [measure, own] of Map.groupBy(lines, (line) => line.measure)) {
    const seriesIds = own.map(({ info }) => info.id);
    const answer = await source.read(
      { seriesIds, parts: partsOf(own), range, measure, plan, nowMs },
      signal,
    );
    const byId = new Map<SeriesId, Line>(own.map((line) => [line.info.id, line]));
    const columns = new Map([...answer.columns].map(([id, column]) => [byId.get(id)!, column]));
    parts.push({ columns, bucketMs: answer.bucketMs, tier: answer.tier });
  }
  return parts;
}

async function readReduced(
  source: SampleSource,
  { lines, query, range, buckets, nowMs }: LinesWanted,
  signal: AbortSignal,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const own of alikeLines(lines)) {
    const request = { ...requestOf(own, query), range, buckets, nowMs };
    const { rows, ...read } = await source.readGroups(request, signal);
    const shown = buckets.by === 'width' ? { ...buckets, widthMs: read.bucketMs } : buckets;
    const wanted = { fill: query.fill, range, buckets: shown, nowMs };
    const found = [...rows].map(([place, lineRows]) => [own[place]!, lineRows] as const);
    const ends = await carriedEnds(source, { ...wanted, lines: found }, signal);
    const columns = new Map(
      found.map(([line, lineRows]) => [
        line,
        columnOfRows(lineRows, { ...wanted, ends: ends.get(line) }),
      ]),
    );
    parts.push({ ...read, columns });
  }
  return parts;
}

/** Lines that one statement can read together. */
function alikeLines(lines: readonly Line[]): Line[][] {
  const alike = Map.groupBy(lines, (line) => `${line.measure} ${line.average} ${line.across}`);
  return [...alike.values()];
}

function requestOf(
  lines: readonly Line[],
  query: LinesWanted['query'],
): Omit<GroupRequest, 'range' | 'buckets' | 'nowMs'> {
  const { measure, average, across } = lines[0]!;
  return {
    measure,
    average,
    across,
    parts: partsOf(lines),
    groups: lines.map(({ members }) => members.map(({ id }) => id)),
    reduction: reductionOf(query.function),
    percentile: query.percentile ?? 95,
    percentileOfMs: query.percentileOf && percentileWindowMs[query.percentileOf],
  };
}

function partsOf(lines: readonly Line[]): EarlierPart[] {
  return lines.flatMap(({ members }) => members.flatMap(({ parts }) => parts));
}

/** The lines that have values in the range, by their mean over all of it, highest first. */
export async function rankLines(
  source: SampleSource,
  { lines, range, nowMs }: Pick<LinesWanted, 'lines' | 'range' | 'nowMs'>,
  signal: AbortSignal,
): Promise<Line[]> {
  const ranked: { line: Line; mean: number }[] = [];
  for (const own of alikeLines(lines)) {
    const { rows } = await source.readGroups(
      { ...requestOf(own, { function: 'avg' }), range, buckets: { by: 'range' }, nowMs },
      signal,
    );
    for (const [place, [row]] of rows) ranked.push({ line: own[place]!, mean: row!.value });
  }
  return ranked
    .sort((left, right) => right.mean - left.mean || left.line.info.id - right.line.info.id)
    .map(({ line }) => line);
}
