/**
 * Breaks lines of buckets at outages that are known. Answers break where data stay away longer than is usual; an outage
 * of two or three buckets is not, and would be drawn as if the device had gone on. Pure.
 */
import type { KnownGap, QueryResult, RangeQuery, SeriesPoints } from '../../core/contract/query.ts';
import { isBucketed } from './whole-buckets.ts';

/** Starts of neighbouring buckets further apart than this many widths have one missing between them. */
const missing = 1.5;

/** Periods that were asked for by name stay together, and what is to be filled is filled. */
export function withKnownBreaks(query: RangeQuery, result: QueryResult): QueryResult {
  const { gaps = [], bucketMs } = result;
  if (query.buckets !== undefined || query.fill !== undefined || gaps.length === 0) return result;
  const series = result.series.map((line) => {
    const own = gaps.filter(({ deviceId }) => deviceId === line.series.deviceId);
    return own.length > 0 && isOfOneDevice(line) && isBucketed(query, line)
      ? ended(broken(line, own, bucketMs), own, result)
      : line;
  });
  return { ...result, series };
}

/** The outage of one device of many is none of all. */
function isOfOneDevice({ series, group, other, earlier }: SeriesPoints): boolean {
  if (other === true || earlier !== undefined) return false;
  return group === undefined || group.label === series.device;
}

function broken(line: SeriesPoints, gaps: readonly KnownGap[], bucketMs: number): SeriesPoints {
  const timesMs: number[] = [];
  const values: (number | null)[] = [];
  for (const [at, timeMs] of line.timesMs.entries()) {
    const beforeMs = line.timesMs[at - 1];
    const value = line.values[at] ?? null;
    const drawn = beforeMs !== undefined && value !== null && line.values[at - 1] != null;
    if (drawn && timeMs - beforeMs > bucketMs * missing) {
      const endMs = beforeMs + bucketMs;
      if (gaps.some(({ fromMs, toMs }) => fromMs < timeMs && toMs > endMs)) {
        timesMs.push((endMs + timeMs) / 2);
        values.push(null);
      }
    }
    timesMs.push(timeMs);
    values.push(value);
  }
  return { ...line, timesMs, values };
}

/** An outage that goes on ends the line where its last bucket does. */
function ended(
  line: SeriesPoints,
  gaps: readonly KnownGap[],
  { bucketMs, asOfMs, toMs: untilMs }: QueryResult,
): SeriesPoints {
  const lastMs = line.timesMs.at(-1);
  if (lastMs === undefined || line.values.at(-1) == null) return line;
  const endMs = lastMs + bucketMs;
  const nowMs = Math.min(asOfMs, untilMs);
  const away = gaps.some(({ fromMs, toMs }) => fromMs <= endMs && toMs >= nowMs);
  if (!away || endMs >= nowMs) return line;
  return { ...line, timesMs: [...line.timesMs, endMs], values: [...line.values, null] };
}
