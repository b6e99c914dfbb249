import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Trouble } from '../../../core/contract/trouble.ts';
import type { DeviceId } from '../../../core/id.ts';
import { useClient } from '../../app/console-services.ts';
import { byUrgency } from './trouble-words.ts';

const refreshMs = 10_000;
/** More are counted, not listed. */
const most = 2_000;

/** Troubles of the last day: of one device, or of all. */
export function useTroubles(deviceId?: DeviceId) {
  const client = useClient();
  return useQuery({
    queryKey: ['troubles', deviceId ?? 'all'],
    queryFn: ({ signal }) =>
      client.trouble.list(
        { limit: most, ...(deviceId === undefined ? {} : { deviceId }) },
        { signal },
      ),
    refetchInterval: refreshMs,
  });
}

/** Those that go on, what needs attention first; undefined while nobody knows. */
export function useOpenTroubles(deviceId: DeviceId): readonly Trouble[] | undefined {
  const { data } = useTroubles(deviceId);
  return useMemo(
    () => data && byUrgency(data.troubles.filter(({ overAtMs }) => overAtMs === null)),
    [data],
  );
}
