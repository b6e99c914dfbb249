import { Radio } from 'lucide-react';
import { setLive, useViewTime } from '../../time/view-time.ts';
import { Button } from '../../ui/button.tsx';
import { useOutage } from '../console-services.ts';

/** Live follows the clock; off, the range stands still. Without a connection there is nothing to follow. */
export function LiveToggle() {
  const { untilMs } = useViewTime();
  const live = untilMs === null;
  const outage = useOutage();
  return (
    <Button
      icon={<Radio className="icon" />}
      aria-pressed={live && outage === null}
      disabled={outage !== null}
      title={outage === null ? 'Follow the clock (l)' : 'Offline: nothing arrives'}
      onClick={() => setLive(!live)}
    >
      Live
    </Button>
  );
}
