import { useEffect, useMemo } from 'react';
import type { Device, DeviceEndpoint, SessionStatus } from '../../../core/contract/device.ts';
import { useOutage, useSessions } from '../../app/console-services.ts';
import type { SessionsState } from '../../live/session-feed.ts';
import { useDeviceList } from './use-device-list.ts';

export interface DeviceRow {
  readonly device: Device;
  /** The newest known, from the stream once it speaks. */
  readonly session: SessionStatus | null;
  /** The same for every way to the device. */
  readonly endpoints: readonly DeviceEndpoint[];
}

/** One way to a device; a device without any has one of these all the same. */
export interface SessionRow {
  readonly device: Device;
  readonly endpoint: DeviceEndpoint | null;
  readonly session: SessionStatus | null;
}

export function sessionRows(rows: readonly DeviceRow[]): SessionRow[] {
  return rows.flatMap(({ device, session, endpoints }): SessionRow[] =>
    endpoints.length === 0
      ? [{ device, endpoint: null, session }]
      : endpoints.map((endpoint) => ({ device, endpoint, session: endpoint.session })),
  );
}

/** The endpoints with the newest that the stream said of their sessions. */
export function endpointsNow(device: Device, { byEndpoint }: SessionsState): DeviceEndpoint[] {
  return device.endpoints.map((one) => ({
    ...one,
    session: byEndpoint.get(one.id) ?? one.session,
  }));
}

/** The inventory joined with the live state of its sessions. */
export function useDevices() {
  const { data, error, refetch } = useDeviceList({ refetchInterval: 60_000 });
  const state = useSessions();
  const { sessions, asOfMs, stream } = state;
  const outage = useOutage();
  const known = useMemo(() => new Set<string>(data?.devices.map(({ id }) => id)), [data]);
  const rows = useMemo(
    () =>
      data?.devices.map(
        (device): DeviceRow => ({
          device,
          session: state.sessions.get(device.id) ?? device.session,
          endpoints: endpointsNow(device, state),
        }),
      ),
    [data, state],
  );
  const stranger = data !== undefined && [...sessions.keys()].find((id) => !known.has(id));
  // A session of a device not in the list: somebody else added it.
  useEffect(() => {
    if (typeof stranger === 'string') void refetch();
  }, [stranger, refetch]);
  const stale = outage !== null || stream.kind === 'broken' || stream.kind === 'refused';
  return { rows, total: data?.total ?? 0, error, refetch, asOfMs, stale };
}
