/** The points of one line, made of its numbers of buckets. Pure. */
import type { RangeQuery } from '../../core/contract/query.ts';
import type { Buckets } from '../../core/query/bounds.ts';
import { bucketStarts, fillColumn, type FillMode } from '../../core/query/fill.ts';
import { gapFactor, type Column } from '../../core/query/thin.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import { usualInterval } from '../store/reading/sample.ts';
import type { CarriedEnds } from './carried-ends.ts';
import type { GroupRow } from './sample-source.ts';

export interface ColumnWanted extends Pick<RangeQuery, 'fill'> {
  readonly range: TimeRange;
  readonly buckets: Buckets;
  readonly nowMs: number;
  readonly ends?: CarriedEnds | undefined;
}

/** `rows` are in the order of time, at least one. */
export function columnOfRows(rows: readonly GroupRow[], wanted: ColumnWanted): Column {
  const { fill, range, buckets, nowMs } = wanted;
  const column = { timesMs: rows.map((row) => row.timeMs), values: rows.map((row) => row.value) };
  // Devices' clocks may be a little ahead of this one.
  const knownMs = Math.min(range.toMs, Math.max(nowMs, rows.at(-1)!.lastMs + 1));
  switch (buckets.by) {
    case 'range':
      return column;
    case 'bounds': {
      const starts = buckets.boundsMs.slice(0, -1).filter((startMs) => startMs < knownMs);
      // A period that has just begun is not missing anything yet.
      const runs =
        buckets.boundsMs[starts.length]! > nowMs && starts.at(-1) !== column.timesMs.at(-1);
      const shown = runs ? starts.slice(0, -1) : starts;
      return fillWhereAlive(column, { rows, starts: shown, mode: fill ?? 'null', ...wanted });
    }
    case 'width': {
      if (fill === undefined) return brokenAtGaps(rows, buckets.widthMs);
      const known = { fromMs: range.fromMs, toMs: knownMs };
      const starts = bucketStarts(known, buckets.widthMs);
      return fillWhereAlive(column, { rows, starts, mode: fill, ...wanted });
    }
    default:
      return buckets satisfies never;
  }
}

/** Buckets after an end stay empty until the next sample, and so do those a line would be drawn through to it. */
function fillWhereAlive(
  column: Column,
  {
    rows,
    starts,
    mode,
    ends,
  }: Pick<ColumnWanted, 'ends'> & {
    rows: readonly GroupRow[];
    starts: readonly number[];
    mode: FillMode;
  },
): Column {
  const { timesMs, values } = fillColumn(column, starts, mode);
  if (ends === undefined || ends.size === 0) return { timesMs, values };
  let next = 0;
  const isDead = (timeMs: number) => {
    while (next < rows.length && rows[next]!.timeMs <= timeMs) next += 1;
    const row = rows[next - 1];
    if (row === undefined || row.timeMs === timeMs) return false;
    const endMs = ends.get(row.timeMs) ?? Infinity;
    return mode === 'linear' ? endMs < Infinity : timeMs >= endMs;
  };
  return { timesMs, values: values.map((value, at) => (isDead(timesMs[at]!) ? null : value)) };
}

function brokenAtGaps(rows: readonly GroupRow[], bucketMs: number): Column {
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
