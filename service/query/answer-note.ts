/** Says what the numbers stand for where samples were not at hand any more. Pure. */
import type { QueryResult, RangeQuery } from '../../core/contract/query.ts';
import { reductionOf } from '../../core/query/measure.ts';
import type { RollupTier, Tier } from '../../core/query/tier.ts';
import type { Line } from './line.ts';

const means: Readonly<Record<RollupTier, string>> = {
  '1m': '1-minute means',
  '1h': 'hourly means',
  '1d': 'daily means',
};

export function answerNote({
  lines,
  query,
  tier,
}: {
  lines: readonly Line[];
  query: Pick<RangeQuery, 'function'>;
  tier: Tier;
}): Pick<QueryResult, 'note'> {
  if (tier === 'raw') return {};
  if (query.function === 'percentile')
    return {
      note: `Percentiles here are of ${means[tier]}: single samples are not read that far.`,
    };
  const averaged = reductionOf(query.function) === 'avg';
  const inMilliwatts = lines.some(
    ({ average, marks }) =>
      average === 'milliwatt' && (query.function === 'avg' || marks.group || marks.other),
  );
  return averaged && inMilliwatts
    ? { note: `Power levels here are averaged in mW from ${means[tier]} in dBm.` }
    : {};
}
