import type { ReactNode } from 'react';
import type {
  Device,
  DeviceDetail,
  DeviceEndpoint,
  SessionStatus,
} from '../../../core/contract/device.ts';
import type { DeviceId } from '../../../core/id.ts';
import { formatDuration, formatElapsed } from '../../format/duration.ts';
import { formatCount } from '../../format/quantity.ts';
import { PanelFrame } from '../../panels/panel-frame.tsx';
import { useNowMs } from '../../time/now.ts';
import { formatDateTime, zoneLabel } from '../../time/time-format.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { endpointName } from '../sessions/endpoint-name.ts';
import { SessionState } from '../sessions/session-state.tsx';
import { TroubleLines } from '../troubles/device-troubles.tsx';
import { useOpenTroubles } from '../troubles/use-troubles.ts';
import { Moment } from './latest/value-cell.tsx';
import { useZone } from '../../time/view-time.ts';
import './device-facts.css';

const tlsWords = {
  plaintext: 'no TLS',
  'skip-verify': 'TLS, not verified',
  verified: 'TLS, verified',
  mutual: 'mutual TLS',
} as const;

/** A fact that a person or the device itself may have told; a person's word counts, and says what the device says. */
function toldFact(device: Device, fact: 'platform' | 'model' | 'serial'): ReactNode {
  const value = device[fact];
  if (value === null) return null;
  const said = device.reported?.[fact] ?? null;
  const text = fact === 'serial' ? <span className="mono">{value}</span> : value;
  if (device.factSources[fact] === 'reported') return text;
  return (
    <>
      {text}{' '}
      <span className="muted">
        {said === null || said === value ? 'entered' : `entered; the device says ${said}`}
      </span>
    </>
  );
}

function RefusedPaths({ paths }: { paths: DeviceDetail['refusedPaths'] }) {
  if (paths.length === 0) return 'none';
  return (
    <details>
      <summary>
        {paths.length} subscribed {paths.length === 1 ? 'path' : 'paths'}
      </summary>
      <ul className="facts-paths">
        {paths.map(({ path, reason }) => (
          <li key={path} className="mono" title={reason}>
            {path}
          </li>
        ))}
      </ul>
    </details>
  );
}

function endpointFacts(endpoint: DeviceEndpoint, index: number, all: readonly DeviceEndpoint[]) {
  const { id, address, port, tlsMode, hasCredential } = endpoint;
  const which = all.length > 1 ? ` ${index + 1}` : '';
  const where = all.length > 1 ? endpointName(endpoint) : `${address}:${port}`;
  return [
    [
      `Endpoint${which}`,
      <span key={id} className="mono">
        {where}
      </span>,
    ],
    [`Security${which}`, tlsMode === null ? "the protocol's own" : tlsWords[tlsMode]],
    [`Credential${which}`, hasCredential ? 'stored' : 'none'],
  ] as [string, ReactNode][];
}

/** Whether what the device sends is stored; null while nobody knows. */
function useDataFact(deviceId: DeviceId): ReactNode {
  const open = useOpenTroubles(deviceId);
  if (open === undefined) return null;
  return open.length === 0 ? 'stored as it was sent' : <TroubleLines key="data" troubles={open} />;
}

export function DeviceFacts({ device }: { device: DeviceDetail }) {
  const data = useDataFact(device.id);
  const zone = useZone();
  const { endpoints, createdAtMs, reported } = device;
  return (
    <PanelFrame title="Facts">
      <FactList
        facts={[
          ['Site', device.site],
          ['Platform', toldFact(device, 'platform')],
          ['Model', toldFact(device, 'model')],
          ['Serial', toldFact(device, 'serial')],
          ['Software', reported?.softwareVersion],
          [
            'Running',
            reported?.bootedAtMs == null ? null : (
              <Moment key="running" sinceMs={reported.bootedAtMs} boot />
            ),
          ],
          ['Meant to be', device.adminState],
          ...endpoints.flatMap(endpointFacts),
          [
            'Tags',
            Object.entries(device.tags)
              .map(([key, value]) => `${key}=${value}`)
              .join(', ') || 'none',
          ],
          ['Data', data],
          ['Not served', <RefusedPaths key="refused" paths={device.refusedPaths} />],
          ['Added', `${formatDateTime(createdAtMs, zone)} ${zoneLabel(zone, createdAtMs)}`],
        ]}
      />
      {reported === null && (
        <p className="muted facts-note">
          Platform, model and serial come with the first update, where the device says them.
        </p>
      )}
    </PanelFrame>
  );
}

/** With how long ago: a session that streams again keeps the last one. */
function LastError({ lastError, lastErrorAtMs }: SessionStatus) {
  if (lastError === null) return 'none';
  return (
    <>
      {lastErrorAtMs !== null && (
        <span className="muted">
          <Moment sinceMs={lastErrorAtMs} />:{' '}
        </span>
      )}
      {lastError}
    </>
  );
}

/** Not every target tells its capabilities. */
function saidOfItself({ gnmiVersion, encodings, models }: NonNullable<SessionStatus['target']>) {
  if (gnmiVersion === '' && encodings.length === 0) return 'says nothing of itself';
  return `${gnmiVersion}, ${encodings.join(', ')}, ${models} models`;
}

interface SessionFactsProps {
  /** In which way the target is asked, in words. */
  readonly asked: string | null;
  /** Said where the device has several. */
  readonly over?: DeviceEndpoint;
  readonly session: SessionStatus | null;
  readonly stale: boolean;
}

export function SessionFacts({ asked, over, session, stale }: SessionFactsProps) {
  const nowMs = useNowMs();
  return (
    <PanelFrame
      title={over === undefined ? 'Session' : `Session, ${endpointName(over)}`}
      stale={stale}
    >
      {session === null ? (
        <p className="muted">
          No collector holds a session for this {over === undefined ? 'device' : 'endpoint'}.
        </p>
      ) : (
        <FactList
          facts={[
            [
              'State',
              <span key="state" className="facts-state">
                <SessionState session={session} stale={stale} />
                <span className="muted">for {formatDuration(nowMs - session.sinceMs)}</span>
              </span>,
            ],
            ['Owner', session.node],
            ['Synced', session.synced ? 'yes' : 'no'],
            [
              'Updates',
              `${formatCount(session.updatesPerSecond)} /s, ${formatCount(session.updatesTotal)} in all`,
            ],
            ['Lag', session.lagMs === null ? null : formatElapsed(session.lagMs)],
            ['Connects', String(session.connects)],
            ['gNMI', session.target === null ? null : saidOfItself(session.target)],
            ['Asked', asked],
            ['Last error', <LastError key="error" {...session} />],
          ]}
        />
      )}
    </PanelFrame>
  );
}
