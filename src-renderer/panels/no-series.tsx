import type { RangeQuery } from '../../core/contract/query.ts';
import { EmptyState } from '../ui/states.tsx';

/** A query that matches nothing says what it looked for. */
export function NoSeries({ query }: { query: Pick<RangeQuery, 'selectors'> }) {
  return (
    <EmptyState title="No series in this range">
      <p className="muted">
        Nothing has arrived for <span className="mono">{query.selectors[0]?.path}</span>. Choose a
        longer range, or see under Sessions whether the devices stream.
      </p>
    </EmptyState>
  );
}
