import { CloudOff } from 'lucide-react';
import { Message, SkeletonRows } from '../ui/states.tsx';
import { useOutage } from './console-services.ts';

/** What a screen shows before its first answer: the shape of what will come, or why nothing comes just now. */
export function Loading({ rows }: { rows?: number }) {
  const outage = useOutage();
  if (outage === null || outage.sinceMs === null) {
    return rows === undefined ? <SkeletonRows /> : <SkeletonRows rows={rows} />;
  }
  const what = outage.what === 'server' ? 'The server' : 'The database';
  return (
    <Message icon={<CloudOff className="icon" />} title="No connection">
      <p className="muted">{what} cannot be reached; this fills as soon as it is back.</p>
    </Message>
  );
}
