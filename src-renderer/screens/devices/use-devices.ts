import { useEffect, useMemo } from 'react';
import type { Device, SessionStatus } from '../../../core/contract/device.ts';
import { useOutage, useSessions } from '../../app/console-services.ts';
import { useDeviceList } from './use-device-list.ts';

export interface DeviceRow {
  readonly device: Device;
  /** The newest known, from the stream once it speaks. */
  readonly session: SessionStatus | null;
}

/** The inventory joined with the live state of its sessions. */
export function useDevices() {
  const { data, error, refetch } = useDeviceList({ refetchInterval: 60_000 });
  const { sessions, asOfMs, stream } = useSessions();
  const outage = useOutage();
  const known = useMemo(() => new Set<string>(data?.devices.map(({ id }) => id)), [data]);
  const rows = useMemo(
    () =>
      data?.devices.map(
        (device): DeviceRow => ({ device, session: sessions.get(device.id) ?? device.session }),
      ),
    [data, sessions],
  );
  const stranger = data !== undefined && [...sessions.keys()].find((id) => !known.has(id));
  // A session of a device not in the list: somebody else added it.
  useEffect(() => {
    if (typeof stranger === 'string') void refetch();
  }, [stranger, refetch]);
  const stale = outage !== null || stream.kind === 'broken' || stream.kind === 'refused';
  return { rows, total: data?.total ?? 0, error, refetch, asOfMs, stale };
}
