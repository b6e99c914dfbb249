import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Status } from '../../core/contract/system.ts';
import { formatAge, formatElapsed } from '../format/duration.ts';
import { formatCount } from '../format/quantity.ts';
import { useNowMs } from '../time/now.ts';
import { formatClock, formatMoment, zoneLabel } from '../time/time-format.ts';
import { useClient, useLink, useOutage, useStatus, type Outage } from './console-services.ts';
import { useZone } from '../time/view-time.ts';
import './status-bar.css';

/** One line that always tells the truth: connection or since when it is gone, feeds, rate, lag, losses, the clock. */
export function StatusBar() {
  const outage = useOutage();
  const { status } = useStatus();
  const zone = useZone();
  const nowMs = useNowMs();
  const client = useClient();
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => client.system.health(undefined, { signal }),
    staleTime: 60_000,
  });
  return (
    <footer className="status-bar">
      {outage === null && status !== null && <Connected status={status} />}
      {outage === null && status === null && <Item dot="waiting">waiting for the status</Item>}
      {outage !== null && <Offline outage={outage} status={status} nowMs={nowMs} />}
      <span className="status-spacer" />
      <span className="mono">
        {formatClock(nowMs, zone)} {zoneLabel(zone, nowMs)}
      </span>
      {health.data !== undefined && <span>v{health.data.version}</span>}
    </footer>
  );
}

function Connected({ status }: { status: Status }) {
  const { feeds, samplesPerSecond, lagMs, lostFrames, devices } = status;
  const allFeeds = feeds.connected >= feeds.expected;
  return (
    <>
      <Item dot={allFeeds ? 'good' : 'warning'}>
        <b>{status.cluster}</b> connected
      </Item>
      <Item title="Collectors whose live feed reaches this server, of all that run">
        feed{' '}
        <b>
          {feeds.connected}/{feeds.expected}
        </b>{' '}
        collectors
      </Item>
      <Item title="Devices with a session that streams, of all that are meant to be collected">
        devices{' '}
        <b>
          {formatCount(devices.streaming)}/{formatCount(devices.total)}
        </b>{' '}
        streaming
      </Item>
      <Item title="Received by the collectors, over the last 30 seconds">
        ingest <b>{formatCount(samplesPerSecond)}</b> samples/s
      </Item>
      <Item title="From the device's clock to here: 95 of 100 samples of the last ten seconds were faster">
        lag <b>{lagMs === null ? 'unknown' : formatElapsed(Math.max(0, lagMs))}</b>
      </Item>
      <Item title="Frames of the live feed that never arrived here since this server started">
        lost <b>{formatCount(lostFrames)}</b> {lostFrames === 1 ? 'frame' : 'frames'}
      </Item>
    </>
  );
}

interface OfflineProps {
  readonly outage: Outage;
  readonly status: Status | null;
  readonly nowMs: number;
}

function Offline({ outage, status, nowMs }: OfflineProps) {
  const zone = useZone();
  const link = useLink();
  const what = outage.what === 'server' ? 'Offline' : 'Database unreachable';
  if (outage.sinceMs === null) return <Item dot="waiting">connecting</Item>;
  return (
    <>
      <Item dot="warning" live>
        <b>{what}</b> since {formatMoment(outage.sinceMs, { zone, nowMs })} {zoneLabel(zone, nowMs)}
      </Item>
      {status !== null && <Item>data {formatAge(nowMs - Math.min(outage.sinceMs, nowMs))}</Item>}
      <Item>{link.kind === 'closed' ? 'trying again' : 'connecting'}</Item>
    </>
  );
}

interface ItemProps {
  readonly dot?: 'good' | 'warning' | 'waiting';
  readonly title?: string;
  readonly live?: boolean;
  readonly children: ReactNode;
}

function Item({ dot, title, live = false, children }: ItemProps) {
  return (
    <span className="status-item" title={title} role={live ? 'status' : undefined}>
      {dot !== undefined && <span className="status-dot" data-dot={dot} aria-hidden="true" />}
      <span>{children}</span>
    </span>
  );
}
