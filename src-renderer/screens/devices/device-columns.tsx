import { Pencil, Trash2 } from 'lucide-react';
import type { Device } from '../../../core/contract/device.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatCount } from '../../format/quantity.ts';
import { Link } from '../../route/link.tsx';
import { IconButton } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { endpointName } from '../sessions/endpoint-name.ts';
import { mostUrgent, SessionState, urgencyOf } from '../sessions/session-state.tsx';
import type { DeviceRow } from './use-devices.ts';

function worstOf({ session, endpoints }: DeviceRow) {
  return endpoints.length < 2 ? session : mostUrgent(endpoints.map((one) => one.session));
}

interface DeviceActions {
  readonly edit: (device: Device) => void;
  readonly remove: (device: Device) => void;
}

interface ColumnContext {
  readonly nowMs: number;
  readonly stale: boolean;
  /** Null where the role may only look. */
  readonly actions: DeviceActions | null;
}

export function deviceColumns({ nowMs, stale, actions }: ColumnContext): Column<DeviceRow>[] {
  const columns: Column<DeviceRow>[] = [
    {
      id: 'name',
      header: 'Name',
      sortBy: ({ device }) => device.name,
      cell: ({ device }) => <Link to={{ screen: 'device', id: device.id }}>{device.name}</Link>,
    },
    {
      id: 'state',
      header: 'Session',
      width: '132px',
      sortBy: (row) => urgencyOf(worstOf(row)),
      cell: (row) => <SessionState session={worstOf(row)} stale={stale} />,
    },
    {
      id: 'site',
      header: 'Site',
      width: '92px',
      sortBy: ({ device }) => device.site,
      cell: ({ device }) => device.site ?? <span className="muted">none</span>,
    },
    {
      id: 'platform',
      header: 'Platform',
      width: '17%',
      sortBy: ({ device }) => device.platform,
      cell: ({ device }) =>
        [device.platform, device.model].filter(Boolean).join(' · ') || (
          <span className="muted">unknown</span>
        ),
    },
    {
      id: 'address',
      header: 'Address',
      width: '160px',
      sortBy: ({ device }) => device.endpoint?.address ?? null,
      cell: ({ device }) => (
        <span className="mono" title={device.endpoints.map(endpointName).join(', ')}>
          {device.endpoint === null ? '–' : `${device.endpoint.address}:${device.endpoint.port}`}
          {device.endpoints.length > 1 && ` +${device.endpoints.length - 1}`}
        </span>
      ),
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
      id: 'heard',
      header: 'Last update',
      width: '100px',
      numeric: true,
      sortBy: ({ session }) => session?.lastUpdateAtMs ?? null,
      cell: ({ session }) =>
        session?.lastUpdateAtMs == null
          ? 'never'
          : `${formatDuration(nowMs - session.lastUpdateAtMs)} ago`,
    },
    {
      id: 'admin',
      header: 'Meant to be',
      width: '104px',
      sortBy: ({ device }) => device.adminState,
      cell: ({ device }) => device.adminState,
    },
  ];
  if (actions === null) return columns;
  return [
    ...columns,
    {
      id: 'actions',
      header: '',
      width: '72px',
      cell: ({ device }) => (
        <span className="row-actions">
          <IconButton
            label={`Edit ${device.name}`}
            look="quiet"
            onClick={() => actions.edit(device)}
          >
            <Pencil className="icon" />
          </IconButton>
          <IconButton
            label={`Remove ${device.name}`}
            look="quiet"
            onClick={() => actions.remove(device)}
          >
            <Trash2 className="icon" />
          </IconButton>
        </span>
      ),
    },
  ];
}
