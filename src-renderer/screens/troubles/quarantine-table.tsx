import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import type { Quarantined } from '../../../core/contract/trouble.ts';
import type { DeviceId } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { useClient } from '../../app/console-services.ts';
import { Loading } from '../../app/loading.tsx';
import { Link } from '../../route/link.tsx';
import type { Zone } from '../../settings/settings.ts';
import { useNowMs } from '../../time/now.ts';
import { formatDateTime, zoneLabel } from '../../time/time-format.ts';
import { useZone } from '../../time/view-time.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import './quarantine-table.css';

const pageSize = 200;

interface Filters {
  readonly device: string;
  readonly path: string;
  readonly reason: string;
  readonly value: string;
}

const none: Filters = { device: '', path: '', reason: '', value: '' };
const fields = [
  ['device', 'Device'],
  ['path', 'Path'],
  ['reason', 'Reason'],
  ['value', 'Value'],
] as const;

/** Values that could not be stored, newest first; filtered by the server, page after page. */
export function QuarantineTable({ deviceId }: { deviceId: DeviceId | null }) {
  const [filters, setFilters] = useState(none);
  // What is typed is asked for when there is time for it.
  const asked = useDeferredValue(filters);
  const { rows, error, refetch, fetchNextPage, hasNextPage, isFetching } = useQuarantine(
    deviceId,
    asked,
  );
  const zone = useZone();
  const label = zoneLabel(zone, useNowMs());
  const columns = useMemo(() => quarantineColumns(zone, label), [zone, label]);
  const filtered = deviceId !== null || Object.values(asked).some((text) => text.trim() !== '');
  return (
    <>
      <search className="quarantine-filters">
        {fields
          .filter(([field]) => deviceId === null || field !== 'device')
          .map(([field, name]) => (
            <TextField
              key={field}
              label={name}
              value={filters[field]}
              placeholder="part of it"
              mono={field === 'path' || field === 'value'}
              onChange={(text) => setFilters({ ...filters, [field]: text })}
            />
          ))}
        {deviceId !== null && (
          <Link to={{ screen: 'troubles', shown: 'quarantine', deviceId: null }}>
            Of all devices
          </Link>
        )}
      </search>
      {rows === undefined && error === null && <Loading rows={10} />}
      {rows === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {rows?.length === 0 && (
        <EmptyState title={filtered ? 'Nothing in quarantine matches' : 'Nothing is in quarantine'}>
          <p className="muted">
            Numbers that are none, texts and paths that cannot be stored lie here for 30 days.
          </p>
        </EmptyState>
      )}
      {rows !== undefined && rows.length > 0 && (
        <DataTable
          label="Quarantine"
          rows={rows}
          columns={columns}
          rowKey={({ id }) => String(id)}
          initialSort={{ column: 'recorded', descending: true }}
          minWidth={1_000}
        />
      )}
      {rows !== undefined && hasNextPage && (
        <p className="events-more">
          <Button disabled={isFetching} onClick={() => void fetchNextPage()}>
            {isFetching ? 'Loading' : 'Load older values'}
          </Button>
        </p>
      )}
    </>
  );
}

function useQuarantine(deviceId: DeviceId | null, filters: Filters) {
  const client = useClient();
  const { data, ...query } = useInfiniteQuery({
    queryKey: ['quarantine', deviceId, filters],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam: beforeId, signal }): Promise<Quarantined[]> =>
      client.trouble.quarantine(
        {
          limit: pageSize,
          ...filters,
          ...(deviceId === null ? {} : { deviceId }),
          ...(beforeId === null ? {} : { beforeId }),
        },
        { signal },
      ),
    getNextPageParam: (page) => (page.length < pageSize ? undefined : page.at(-1)?.id),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const rows = useMemo(() => data?.pages.flat(), [data]);
  return { rows, ...query };
}

function quarantineColumns(zone: Zone, label: string): Column<Quarantined>[] {
  return [
    {
      id: 'recorded',
      header: `Last (${label})`,
      hint: 'When the newest of the values came',
      width: '160px',
      sortBy: ({ lastAtMs }) => lastAtMs,
      cell: ({ lastAtMs }) => <span className="mono">{formatDateTime(lastAtMs, zone)}</span>,
    },
    {
      id: 'device',
      header: 'Device',
      width: '13%',
      sortBy: ({ device }) => device,
      cell: ({ deviceId, device }) =>
        device === null ? (
          <span className="muted">not known</span>
        ) : (
          <Link to={{ screen: 'device', id: deviceId }}>{device}</Link>
        ),
    },
    {
      id: 'path',
      header: 'Path',
      sortBy: ({ path }) => path,
      cell: ({ path }) => (
        <span className="mono" title={path}>
          {path}
        </span>
      ),
    },
    {
      id: 'value',
      header: 'Value',
      width: '14%',
      sortBy: ({ value }) => value,
      cell: ({ value }) => (
        <span className="mono" title={value ?? ''}>
          {value ?? '–'}
        </span>
      ),
    },
    {
      id: 'reason',
      header: 'Reason',
      width: '20%',
      sortBy: ({ reason }) => reason,
      cell: ({ reason }) => <span title={reason}>{reason}</span>,
    },
    {
      id: 'count',
      header: 'Times',
      hint: 'Values alike within an hour',
      width: '76px',
      numeric: true,
      sortBy: ({ count }) => count,
      cell: ({ count }) => count.toLocaleString('en'),
    },
  ];
}
