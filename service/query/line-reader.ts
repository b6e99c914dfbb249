/** Reads lines over one range: single series with the extremes of every pixel, everything else a number a bucket. */
import type { RangeQuery, SeriesPoints } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import { bucketStarts, fillColumn } from '../../core/query/fill.ts';
import { reductionOf, shownAsOf } from '../../core/query/measure.ts';
import type { QueryPlan } from '../../core/query/query-plan.ts';
import { gapFactor, type Column } from '../../core/query/thin.ts';
import { coarser, type Tier } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import { usualInterval } from '../store/sample.ts';
import type { BucketValueRow } from '../store/bucket-value.ts';
import type { Line } from './line.ts';
import type { GroupRequest, SampleSource } from './sample-source.ts';

export interface LinesWanted {
  readonly lines: readonly Line[];
  readonly query: Pick<RangeQuery, 'function' | 'percentile' | 'fill'>;
  readonly range: TimeRange;
  readonly plan: QueryPlan;
  readonly nowMs: number;
}

export interface LinesRead {
  /** In the order of the lines; those without any point are missing. */
  readonly points: readonly SeriesPoints[];
  readonly bucketMs: number;
  readonly tier: Tier;
}

interface Part {
  readonly columns: ReadonlyMap<Line, Column>;
  readonly bucketMs: number;
  readonly tier: Tier;
}

export async function readLines(
  source: SampleSource,
  wanted: LinesWanted,
  signal: AbortSignal,
): Promise<LinesRead> {
  const { lines, query } = wanted;
  const extremes = query.function === 'value' || query.function === 'rate';
  const single = ({ marks }: Line) => extremes && marks.group === undefined && !marks.other;
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
  };
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
    const answer = await source.read({ seriesIds, range, measure, plan, nowMs }, signal);
    const byId = new Map<SeriesId, Line>(own.map((line) => [line.info.id, line]));
    const columns = new Map([...answer.columns].map(([id, column]) => [byId.get(id)!, column]));
    parts.push({ columns, bucketMs: answer.bucketMs, tier: answer.tier });
  }
  return parts;
}

async function readReduced(
  source: SampleSource,
  { lines, query, range, plan, nowMs }: LinesWanted,
  signal: AbortSignal,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const own of alikeLines(lines)) {
    const { rows, bucketMs, tier } = await source.readGroups(
      {
        ...requestOf(own, query),
        range,
        bucketMs: plan.bucketMs,
        nowMs,
      },
      signal,
    );
    const columns = new Map(
      [...rows].map(([place, found]) => [
        own[place]!,
        columnOf(found, bucketMs, { fill: query.fill, range, nowMs }),
      ]),
    );
    parts.push({ columns, bucketMs, tier });
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
): Omit<GroupRequest, 'range' | 'bucketMs' | 'nowMs'> {
  const { measure, average, across } = lines[0]!;
  return {
    measure,
    average,
    across,
    groups: lines.map(({ members }) => members.map(({ id }) => id)),
    reduction: reductionOf(query.function),
    percentile: query.percentile ?? 95,
  };
}

function columnOf(
  rows: readonly BucketValueRow[],
  bucketMs: number,
  { fill, range, nowMs }: { fill: RangeQuery['fill']; range: TimeRange; nowMs: number },
): Column {
  const timesMs = rows.map((row) => row.timeMs);
  const values = rows.map((row) => row.value);
  if (fill !== undefined) {
    // Devices' clocks may be a little ahead of this one.
    const knownMs = Math.max(nowMs, rows.at(-1)!.lastMs + 1);
    const known = { fromMs: range.fromMs, toMs: Math.min(range.toMs, knownMs) };
    return fillColumn({ timesMs, values }, bucketStarts(known, bucketMs), fill);
  }
  const gapMs = gapFactor * (usualInterval(rows) || bucketMs);
  const broken: { timesMs: number[]; values: (number | null)[] } = { timesMs: [], values: [] };
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1];
    if (before !== undefined && row.firstMs - before.lastMs > gapMs) {
      broken.timesMs.push((before.timeMs + row.timeMs) / 2);
      broken.values.push(null);
    }
    broken.timesMs.push(row.timeMs);
    broken.values.push(row.value);
  }
  return broken;
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
      { ...requestOf(own, { function: 'avg' }), range, bucketMs: null, nowMs },
      signal,
    );
    for (const [place, [row]] of rows) ranked.push({ line: own[place]!, mean: row!.value });
  }
  return ranked
    .sort((left, right) => right.mean - left.mean || left.line.info.id - right.line.info.id)
    .map(({ line }) => line);
}
