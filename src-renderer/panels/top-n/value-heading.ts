/** The head of the column of values: what they are, and of how long. */
import type { RangeQuery } from '../../../core/contract/query.ts';
import type { Line } from '../../format/line-label.ts';
import { defaultShown, unitWords } from '../../format/query-words.ts';

export function valueHeading(
  query: Pick<RangeQuery, 'function' | 'buckets'>,
  { bucketMs, first }: { bucketMs: number; first: Line },
): string {
  const shown = first.marks.shownAs ?? defaultShown(query);
  switch (shown) {
    case 'value':
      return 'Value';
    case 'rate':
      return 'Rate';
    case 'increase':
    case 'count':
      return unitWords({ unit: first.info.unit, shown, bucketMs, buckets: query.buckets });
    default:
      return shown satisfies never;
  }
}
