/** Where values are carried over buckets without one, and when what they say ended to be true. */
import type { RangeQuery } from '../../core/contract/query.ts';
import type { Buckets } from '../../core/query/bounds.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Line } from './line.ts';
import type { GroupRow, SampleSource } from './sample-source.ts';

/** By the time of the row whose value it ends; nothing is carried over them. */
export type CarriedEnds = ReadonlyMap<number, number>;

export interface CarriedWanted extends Pick<RangeQuery, 'fill'> {
  /** Each with its rows, in the order of time. */
  readonly lines: readonly (readonly [Line, readonly GroupRow[]])[];
  readonly range: TimeRange;
  readonly buckets: Buckets;
}

interface CarriedRow extends Pick<GroupRow, 'timeMs' | 'firstMs' | 'lastMs'> {
  /** Of the next row, or of the range. */
  readonly untilMs: number;
}

/**
 * The ends of single series, and of groups the end of the last member. No more are asked for than there are rows that
 * are followed by buckets without one.
 */
export async function carriedEnds(
  source: Pick<SampleSource, 'ends' | 'groupEnds'>,
  { lines, fill, range, buckets }: CarriedWanted,
  signal: AbortSignal,
): Promise<ReadonlyMap<Line, CarriedEnds>> {
  if (fill !== 'previous' && fill !== 'linear') return new Map();
  const carried = lines
    .map(([line, rows]) => ({ line, rows: carriedRows(rows, { range, buckets }) }))
    .filter(({ rows }) => rows.length > 0);
  const [singles, together] = [
    carried.filter(({ line }) => line.members.length === 1),
    carried.filter(({ line }) => line.members.length > 1),
  ];
  const values = singles.flatMap(({ line, rows }) =>
    rows.map((row) => ({ ...row, seriesId: line.members[0]!.id })),
  );
  const ends = await source.ends(values, signal);
  const groups = together.map(({ line }) => line.members.map(({ id }) => id));
  const lastEnds = await source.groupEnds({ groups, range }, signal);
  let place = 0;
  return new Map([
    ...singles.map(({ line, rows }) => [line, endsOf(rows, () => ends[place++]!)] as const),
    ...together.map(
      ({ line, rows }, at) => [line, endsOf(rows, (row) => within(row, lastEnds[at]!))] as const,
    ),
  ]);
}

/** Rows that are followed by buckets without one. */
function carriedRows(
  rows: readonly GroupRow[],
  { range, buckets }: Pick<CarriedWanted, 'range' | 'buckets'>,
): CarriedRow[] {
  const following = followingBucket(buckets);
  return rows
    .map((row, at) => ({ ...row, untilMs: rows[at + 1]?.timeMs ?? range.toMs }))
    .filter(({ timeMs, untilMs }) => following(timeMs) < untilMs);
}

/** Where the bucket begins that comes after the one that begins at a time. */
function followingBucket(buckets: Buckets): (timeMs: number) => number {
  switch (buckets.by) {
    case 'width':
      return (timeMs) => timeMs + buckets.widthMs;
    case 'range':
      return () => Infinity;
    case 'bounds': {
      const next = new Map(buckets.boundsMs.map((ms, at) => [ms, buckets.boundsMs[at + 1]]));
      return (timeMs) => next.get(timeMs) ?? Infinity;
    }
    default:
      return buckets satisfies never;
  }
}

function endsOf(
  rows: readonly CarriedRow[],
  endOf: (row: CarriedRow) => number | null,
): CarriedEnds {
  return new Map(
    rows.flatMap((row) => {
      const endMs = endOf(row);
      return endMs === null ? [] : [[row.timeMs, endMs]];
    }),
  );
}

/** No sample has come since that end: it counts within what a row is of, too. */
function within({ firstMs, untilMs }: CarriedRow, endMs: number | null): number | null {
  return endMs !== null && endMs > firstMs && endMs < untilMs ? endMs : null;
}
