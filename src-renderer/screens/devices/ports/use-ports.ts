import { useMemo } from 'react';
import type { DeviceId } from '../../../../core/id.ts';
import { useLatest, type LatestQuery } from '../latest/use-latest.ts';
import { portPaths, portRows, type PortRow } from './port-row.ts';
import { allPorts } from './port-path.ts';
import { usePortRates } from './use-port-rates.ts';

/** The ports of a device with their rates, as they move. */
export function usePorts(deviceId: DeviceId): {
  readonly query: LatestQuery;
  readonly rows: readonly PortRow[];
  /** The device tells nothing just now: the rows are how it was. */
  readonly silent: boolean;
} {
  const query = useLatest(deviceId, portPaths);
  const { rates, nowMs, silent } = usePortRates(deviceId, allPorts);
  const rows = useMemo(() => portRows(query.data ?? [], rates, nowMs), [query.data, rates, nowMs]);
  return { query, rows, silent };
}
