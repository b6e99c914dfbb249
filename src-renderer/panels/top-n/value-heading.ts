/** The heads of the columns of values: what they are, and of how long. */
import type { RangeQuery } from '../../../core/contract/query.ts';
import { earlierWords, wholePeriodWords, type Line } from '../../format/line-label.ts';
import { defaultShown, unitWords } from '../../format/query-words.ts';

interface Headed {
  readonly bucketMs: number;
  /** Of the lines. */
  readonly first: Line;
  /** The numbers are of a period that still runs. */
  readonly running: boolean;
}

type Asked = Pick<RangeQuery, 'function' | 'buckets'>;

export function valueHeading(query: Asked, headed: Headed): string {
  const words = numberWords(query, headed);
  return headed.running ? `${words}, so far` : words;
}

/** `1 day earlier`, and that it is whole where the day it stands beside is not. */
export function earlierHeading(
  offsetMs: number,
  { query, running }: { query: Asked; running: boolean },
): string {
  const words = earlierWords(offsetMs, query);
  return running ? `${words} ${wholePeriodWords(query)}`.trimEnd() : words;
}

function numberWords(query: Asked, { bucketMs, first }: Omit<Headed, 'running'>): string {
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
