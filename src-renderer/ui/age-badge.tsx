import { formatAge } from '../format/duration.ts';
import { formatDateTime, zoneLabel } from '../time/time-format.ts';
import { useNowMs } from '../time/now.ts';
import { useZone } from '../time/view-time.ts';
import './age-badge.css';

/** How old what is shown is; the exact moment on hover. */
export function AgeBadge({ asOfMs }: { asOfMs: number | null }) {
  const nowMs = useNowMs();
  const zone = useZone();
  if (asOfMs === null) return <span className="age-badge">not connected</span>;
  const title = `As of ${formatDateTime(asOfMs, zone)} ${zoneLabel(zone, asOfMs)}`;
  return (
    <span className="age-badge" title={title}>
      {formatAge(nowMs - asOfMs)}
    </span>
  );
}

export function LiveDot() {
  return (
    <span className="live-dot">
      <span aria-hidden="true" />
      live
    </span>
  );
}
