import type { RangeQuery } from '../../core/contract/query.ts';
import { useStatus } from '../app/console-services.ts';
import { EmptyState } from '../ui/states.tsx';

/** A query that matches nothing says what it looked for. */
export function NoSeries({ query }: { query: Pick<RangeQuery, 'selectors'> }) {
  const { status } = useStatus();
  if (status?.devices.total === 0) return <EmptyState title="No device is collected yet" />;
  return (
    <EmptyState title="No series in this range">
      <p className="muted">
        Nothing has arrived for <span className="mono">{query.selectors[0]?.path}</span>. Choose a
        longer range, or see under Sessions whether the devices stream.
      </p>
    </EmptyState>
  );
}
