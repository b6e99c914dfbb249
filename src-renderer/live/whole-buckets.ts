/**
 * Leaves out buckets that are not whole, where they would look like a collapse: an increase or a count that is still
 * growing, or the sum of a group of which some devices have not been heard yet. Pure.
 */
import type { QueryResult, RangeQuery, SeriesPoints } from '../../core/contract/query.ts';

/** Samples are stored about so long after they were measured. */
const settleMs = 3_000;
/** Means of a wide bucket are worth seeing long before it ends. */
const heardMs = 30_000;
const shareOfAll = 0.6;

/** Periods that were asked for by name (a day, the whole range) stand as they are: this day so far is an answer. */
export function withWholeBuckets(query: RangeQuery, result: QueryResult): QueryResult {
  if (query.buckets !== undefined) return result;
  return {
    ...result,
    series: result.series.map((line) =>
      isBucketed(query, line) ? withoutPartial(query, line, result) : line,
    ),
  };
}

/** Whether a line has one number a bucket, and not the samples themselves. */
export function isBucketed(
  { function: name }: RangeQuery,
  { group, other }: SeriesPoints,
): boolean {
  return (name !== 'value' && name !== 'rate') || group !== undefined || other === true;
}

function withoutPartial(query: RangeQuery, line: SeriesPoints, result: QueryResult): SeriesPoints {
  const { fromMs, toMs, bucketMs, asOfMs } = result;
  const adds = line.shownAs === 'increase' || line.shownAs === 'count' || query.function === 'sum';
  const together = line.group !== undefined || line.other === true;
  // Its buckets hold about two samples of each member: by then the first of every one is there.
  const someMs = together ? Math.max(heardMs, bucketMs * shareOfAll) : heardMs;
  const neededMs = adds ? bucketMs : Math.min(bucketMs, someMs);
  const knownMs = Math.min(toMs, asOfMs - settleMs);
  const isWhole = (startMs: number) =>
    (!(adds || together) || startMs >= fromMs) && startMs + neededMs <= knownMs;
  const kept = line.timesMs.flatMap((startMs, at) => (isWhole(startMs) ? [at] : []));
  if (kept.length === line.timesMs.length) return line;
  return {
    ...line,
    timesMs: kept.map((at) => line.timesMs[at]!),
    values: kept.map((at) => line.values[at] ?? null),
  };
}
