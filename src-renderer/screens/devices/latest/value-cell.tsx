import { formatDuration } from '../../../format/duration.ts';
import { useNowMs } from '../../../time/now.ts';
import { formatDateTime, zoneLabel } from '../../../time/time-format.ts';
import { deviceTimeMs, latestText, type Latest } from './latest-values.ts';
import { useZone } from '../../../time/view-time.ts';

/** The module of an identity says nothing beside its name: `openconfig-platform-types:FAN`. */
const identityPrefix = /^[\w-]+:(?=[A-Z0-9_]+$)/;

/** A value with its unit; moments as how long ago, with the moment itself on hover. */
export function ValueCell({ latest }: { latest: Latest }) {
  const sinceMs = deviceTimeMs(latest);
  if (sinceMs === null) {
    const text = latestText(latest);
    return <span title={text}>{text.replace(identityPrefix, '')}</span>;
  }
  return <Moment sinceMs={sinceMs} boot={latest.series.metric.endsWith('/boot-time')} />;
}

/** A boot is told by how long it has been: the uptime. */
export function Moment({ sinceMs, boot = false }: { sinceMs: number; boot?: boolean }) {
  const nowMs = useNowMs();
  const zone = useZone();
  const duration = formatDuration(nowMs - sinceMs);
  return (
    <time
      dateTime={new Date(sinceMs).toISOString()}
      title={`${formatDateTime(sinceMs, zone)} ${zoneLabel(zone, sinceMs)}`}
    >
      {boot ? `up ${duration}` : `${duration} ago`}
    </time>
  );
}
