/** Which questions a stream can carry on, and how often the others are asked again. Pure. */
import type { Query, RangeQuery } from '../../core/contract/query.ts';

/**
 * The question for the live stream; null where the answer has no live form: one number a bucket, groups, the rest of a
 * top-N, earlier periods, and whatever else the narrow query does not know.
 */
export function livePartOf(query: RangeQuery): Query | null {
  const { selectors, top, function: name, ...rest } = query;
  if (name !== 'value' && name !== 'rate') return null;
  if (Object.values(rest).some((asked) => asked !== undefined && asked !== false)) return null;
  return { selectors, function: name, ...(top === undefined ? {} : { top }) };
}

/** Devices are sampled about this often; asking faster would bring nothing. */
const shortestPollMs = 10_000;
const longestPollMs = 300_000;

/** A point's width on screen is the time after which there is something new to see. */
export function pollEveryMs({ rangeMs, widthPx }: { rangeMs: number; widthPx: number }): number {
  const pointMs = Math.round(rangeMs / widthPx / 1_000) * 1_000;
  return Math.min(longestPollMs, Math.max(shortestPollMs, pointMs));
}
