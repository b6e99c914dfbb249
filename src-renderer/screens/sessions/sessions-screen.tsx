import { useMemo, useState } from 'react';
import { failureOf } from '../../api/failure.ts';
import { Loading } from '../../app/loading.tsx';
import { formatDuration, formatElapsed } from '../../format/duration.ts';
import { formatCount } from '../../format/quantity.ts';
import { Link } from '../../route/link.tsx';
import type { Zone } from '../../settings/settings.ts';
import { useNowMs } from '../../time/now.ts';
import { formatMoment, zoneLabel } from '../../time/time-format.ts';
import { AgeBadge, LiveDot } from '../../ui/age-badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/screen.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { sessionRows, useDevices, type SessionRow } from '../devices/use-devices.ts';
import { endpointName } from './endpoint-name.ts';
import { SessionState, urgencyOf } from './session-state.tsx';
import { useZone } from '../../time/view-time.ts';

/** Every stream: how it is, since when, how fast, how late, and what last went wrong. */
export function SessionsScreen() {
  const { rows, error, refetch, asOfMs, stale } = useDevices();
  const [search, setSearch] = useState('');
  const zone = useZone();
  const nowMs = useNowMs();
  const columns = useMemo(() => sessionColumns({ nowMs, zone, stale }), [nowMs, zone, stale]);
  const found = useMemo(
    () =>
      rows &&
      sessionRows(rows).filter(({ device, endpoint, session }) =>
        [
          device.name,
          endpoint?.address ?? '',
          session?.node ?? '',
          session?.state ?? '',
          session?.lastError ?? '',
        ].some((text) => text.toLowerCase().includes(search.toLowerCase())),
      ),
    [rows, search],
  );
  return (
    <Screen
      title="Sessions"
      note={stale ? <AgeBadge asOfMs={asOfMs} /> : asOfMs !== null && <LiveDot />}
      actions={<SearchField label="Search sessions" value={search} onChange={setSearch} />}
    >
      {found === undefined && error === null && <Loading rows={10} />}
      {found === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {found?.length === 0 && (
        <EmptyState title={search === '' ? 'No sessions' : `Nothing matches "${search}"`}>
          {search === '' && (
            <Link to={{ screen: 'devices', adding: true }}>Add a device to get the first</Link>
          )}
        </EmptyState>
      )}
      {found !== undefined && found.length > 0 && (
        <DataTable
          label="Sessions"
          rows={found}
          columns={columns}
          rowKey={({ device, endpoint }) => endpoint?.id ?? device.id}
          initialSort={{ column: 'state', descending: false }}
          minWidth={1_060}
        />
      )}
    </Screen>
  );
}

interface Moment {
  readonly nowMs: number;
  readonly zone: Zone;
  readonly stale: boolean;
}

function sessionColumns({ nowMs, zone, stale }: Moment): Column<SessionRow>[] {
  return [
    {
      id: 'device',
      header: 'Device',
      width: '14%',
      sortBy: ({ device }) => device.name,
      cell: ({ device, endpoint }) => (
        <>
          <Link to={{ screen: 'device', id: device.id }}>{device.name}</Link>
          {endpoint !== null && device.endpoints.length > 1 && (
            <span className="muted"> {endpointName(endpoint)}</span>
          )}
        </>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: '128px',
      sortBy: ({ session }) => urgencyOf(session),
      cell: ({ session }) => <SessionState session={session} stale={stale} />,
    },
    {
      id: 'since',
      header: 'For',
      width: '92px',
      numeric: true,
      sortBy: ({ session }) => (session === null ? null : -session.sinceMs),
      cell: ({ session }) => (session === null ? '–' : formatDuration(nowMs - session.sinceMs)),
    },
    {
      id: 'synced',
      header: 'Synced',
      width: '74px',
      sortBy: ({ session }) => (session?.synced ? 1 : 0),
      cell: ({ session }) => (session?.synced ? 'yes' : 'no'),
    },
    {
      id: 'updates',
      header: 'Updates/s',
      hint: 'Updates received, over the last 10 seconds',
      width: '92px',
      numeric: true,
      sortBy: ({ session }) => session?.updatesPerSecond ?? null,
      cell: ({ session }) => (session === null ? '–' : formatCount(session.updatesPerSecond)),
    },
    {
      id: 'lag',
      header: 'Lag',
      hint: "From the device's clock to the collector, newest update",
      width: '84px',
      numeric: true,
      sortBy: ({ session }) => session?.lagMs ?? null,
      cell: ({ session }) => (session?.lagMs == null ? '–' : formatElapsed(session.lagMs)),
    },
    {
      id: 'connects',
      header: 'Connects',
      width: '84px',
      numeric: true,
      sortBy: ({ session }) => session?.connects ?? null,
      cell: ({ session }) => session?.connects ?? '–',
    },
    {
      id: 'owner',
      header: 'Owner',
      width: '96px',
      sortBy: ({ session }) => session?.node ?? null,
      cell: ({ session }) => session?.node ?? <span className="muted">none</span>,
    },
    {
      id: 'error',
      header: `Last error (${zoneLabel(zone, nowMs)})`,
      sortBy: ({ session }) => session?.lastErrorAtMs ?? null,
      cell: ({ session }) =>
        session?.lastError == null ? (
          <span className="muted">none</span>
        ) : (
          <span title={session.lastError}>
            {session.lastErrorAtMs !== null && (
              <span className="mono muted">
                {formatMoment(session.lastErrorAtMs, { zone, nowMs })}{' '}
              </span>
            )}
            {session.lastError}
          </span>
        ),
    },
  ];
}
