/**
 * What a bucket says, as SQL: from samples, and from the finer tier. The counters' columns are null where the bucket
 * has no delta; rates are per second, those of single deltas, so a burst inside a bucket keeps its peak.
 */

/** `first` and `last` differ by engine; the rest is the same everywhere. */
export interface ByTime {
  readonly first: (value: string, time: string) => string;
  readonly last: (value: string, time: string) => string;
}

/** For plain PostgreSQL: one sorted array serves both; of rows with the same time the smaller value counts as earlier. */
export const arrayByTime: ByTime = {
  first: (value, time) => `(array_agg(${value} order by ${time}, ${value}))[1]`,
  last: (value, time) => `(array_agg(${value} order by ${time}, ${value}))[count(*)::int]`,
};

type Columns = readonly (readonly [column: string, expression: string])[];

const rate = 'delta / nullif(span_ms, 0) * 1000';

export function columnsFromSamples({ first, last }: ByTime): Columns {
  return [
    ['count', 'count(*)'],
    ['sum', 'sum(value)'],
    ['min', 'min(value)'],
    ['max', 'max(value)'],
    ['first', first('value', 'time')],
    ['last', last('value', 'time')],
    ['increase', 'sum(delta)'],
    ['rate_min', `min(${rate})`],
    ['rate_max', `max(${rate})`],
    ['covered_ms', 'sum(span_ms) filter (where delta is not null)'],
    ['resets', '(sum(coalesce(quality, 0) & 1) filter (where delta is not null))::int'],
  ];
}

export function columnsFromRollup({ first, last }: ByTime): Columns {
  return [
    ['count', 'sum(count)::bigint'],
    ['sum', 'sum(sum)'],
    ['min', 'min(min)'],
    ['max', 'max(max)'],
    ['first', first('first', 'bucket')],
    ['last', last('last', 'bucket')],
    ['increase', 'sum(increase)'],
    ['rate_min', 'min(rate_min)'],
    ['rate_max', 'max(rate_max)'],
    ['covered_ms', 'sum(covered_ms)::bigint'],
    ['resets', 'sum(resets)::int'],
  ];
}
