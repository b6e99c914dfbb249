import { useNowMs } from '../../../time/now.ts';
import { formatDateTime, formatMoment, zoneLabel } from '../../../time/time-format.ts';
import { SeverityGlyph, type Severity } from '../../../ui/severity-glyph.tsx';
import type { PortRow } from './port-row.ts';
import { useZone } from '../../../time/view-time.ts';

type StateOfPort = Pick<PortRow, 'oper' | 'admin' | 'goneSinceMs'>;

const severities: Readonly<Record<string, Severity>> = { UP: 'cleared', DOWN: 'critical' };

interface PortStateProps extends StateOfPort {
  /** What is known is no longer current: grey, and said so. */
  readonly stale: boolean;
}

/** Up, down, shut down on purpose, or no longer there. */
export function PortState({ oper, admin, goneSinceMs, stale }: PortStateProps) {
  if (goneSinceMs !== null) {
    return (
      <span className="severity-word muted">
        <SeverityGlyph severity="unmanaged" />
        gone
      </span>
    );
  }
  if (oper === null) return <span className="muted">unknown</span>;
  const shut = admin === 'DOWN' && oper !== 'UP';
  const word = shut ? 'shut' : oper.toLowerCase().replaceAll('_', ' ');
  const severity = shut || stale ? 'unmanaged' : (severities[oper] ?? 'unmanaged');
  return (
    <span
      className={stale ? 'severity-word muted' : 'severity-word'}
      title={`oper ${oper}, admin ${admin ?? 'unknown'}`}
    >
      <SeverityGlyph severity={severity} />
      {stale ? `was ${word}` : word}
    </span>
  );
}

/** For sorting: what needs attention first. */
export function portUrgency({ oper, admin, goneSinceMs }: StateOfPort): number {
  if (goneSinceMs !== null) return 4;
  if (oper === 'UP') return 2;
  return admin === 'DOWN' ? 3 : 1;
}

/** The device took it away: what is shown was true until then. */
export function GoneSince({ sinceMs, word = '' }: { sinceMs: number; word?: string }) {
  const nowMs = useNowMs();
  const zone = useZone();
  return (
    <span
      className="muted"
      title={`Taken away by the device ${formatDateTime(sinceMs, zone)} ${zoneLabel(zone, sinceMs)}`}
    >
      {word} since {formatMoment(sinceMs, { zone, nowMs })} {zoneLabel(zone, sinceMs)}
    </span>
  );
}
