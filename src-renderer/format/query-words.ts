/** A panel's question and what came of it, in the few words a panel's header has room for. */
import type { RangeQuery } from '../../core/contract/query.ts';
import type { PercentileOf, QueryFunction } from '../../core/query/measure.ts';
import type { Unit } from '../../core/telemetry/unit.ts';
import type { AnswerFacts } from '../live/live-window.ts';
import { formatElapsed } from './duration.ts';
import { groupingWords } from './line-label.ts';
import { symbolOf, type Shown } from './quantity.ts';

/** Empty for what goes without saying. */
export function functionWords({
  function: name,
  percentile = 95,
  percentileOf,
}: Pick<RangeQuery, 'function' | 'percentile' | 'percentileOf'>): string {
  const words: Readonly<Record<Exclude<QueryFunction, 'percentile'>, string>> = {
    value: '',
    rate: '',
    avg: 'mean',
    min: 'lowest',
    max: 'highest',
    sum: 'sum',
    count: 'count',
    last: 'last',
    increase: 'increase',
  };
  if (name !== 'percentile') return words[name];
  return percentileOf === undefined
    ? `p${percentile}`
    : `p${percentile} of ${percentileOfWords[percentileOf]}`;
}

const percentileOfWords: Readonly<Record<PercentileOf, string>> = {
  '1m': '1-minute means',
  '5m': '5-minute means',
};

/** What one number is of, where it was asked for by name: `a day`, `the whole range`. */
export function periodWords({ buckets }: Pick<RangeQuery, 'buckets'>): string {
  if (buckets === undefined) return '';
  if (buckets.by === 'range') return 'the whole range';
  return buckets.by === 'hour' ? 'an hour' : `a ${buckets.by}`;
}

/** The unit of the numbers, with the width of the bucket where they are of one. */
export function unitWords({
  unit,
  shown,
  bucketMs,
  buckets,
}: {
  unit: Unit;
  shown: Shown;
  bucketMs: number;
  buckets?: RangeQuery['buckets'];
}): string {
  const symbol = symbolOf(unit, shown);
  const period = periodWords({ buckets });
  if (period !== '') return [symbol, period].filter(Boolean).join(' in ');
  return [symbol, perBucketWords({ shown, bucketMs })].filter(Boolean).join(' ');
}

/** `per 10 s`: of how long totals are; empty for numbers of a moment. */
export function perBucketWords({ shown, bucketMs }: { shown: Shown; bucketMs: number }): string {
  const total = shown === 'increase' || shown === 'count';
  return total && bucketMs > 0 ? `per ${bucketWords(bucketMs)}` : '';
}

/** `10 s`, `1 min`, `1.5 h`: as short as it can be said exactly enough. */
function bucketWords(ms: number): string {
  if (ms < 60_000) return formatElapsed(ms).replace(/\.00 s$/, ' s');
  const [size, unit] =
    ms < 3_600_000
      ? [ms / 60_000, 'min']
      : ms < 86_400_000
        ? [ms / 3_600_000, 'h']
        : [ms / 86_400_000, 'd'];
  return `${Number(size.toFixed(1))} ${unit}`;
}

const acrossWords = { sum: 'sum', avg: 'mean', min: 'lowest', max: 'highest' } as const;

/** `sum by device`; nothing where nothing is grouped. */
export function groupWords({
  groupBy,
  across = 'sum',
}: Pick<RangeQuery, 'groupBy' | 'across'>): string {
  return groupBy === undefined ? '' : `${acrossWords[across]} by ${groupingWords(groupBy)}`;
}

const tierSentences = {
  '1m': 'Read from summaries of 1 minute.',
  '1h': 'Read from summaries of 1 hour.',
  '1d': 'Read from summaries of 1 day.',
} as const;

const fillSentences = {
  null: '',
  previous: 'Times without data hold the value before.',
  zero: 'Times without data are drawn as 0.',
  linear: 'Times without data are drawn as a straight line.',
} as const;

/** What the numbers stand for where it is not what meets the eye; empty where it is. */
export function answerSentences(
  { tier, note }: AnswerFacts,
  { fill }: Pick<RangeQuery, 'fill'>,
): readonly string[] {
  const read = tier === undefined || tier === 'raw' ? '' : tierSentences[tier];
  return [read, note ?? '', fill === undefined ? '' : fillSentences[fill]].filter(Boolean);
}

/** What lines are that do not say it themselves: those that a stream announced. */
export function defaultShown({ function: name }: Pick<RangeQuery, 'function'>): Shown {
  return name === 'rate' ? 'rate' : 'value';
}

/** Whether the paths ask for more than one metric; keys in them only say of what. */
export function measuresSeveral({ selectors }: Pick<RangeQuery, 'selectors'>): boolean {
  return new Set(selectors.map(({ path }) => path.replaceAll(/\[[^\]]*\]/g, ''))).size > 1;
}
