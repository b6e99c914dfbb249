import { useQuery } from '@tanstack/react-query';
import type { DeviceId } from '../../../../core/id.ts';
import { useClient } from '../../../app/console-services.ts';
import type { Latest } from './latest-values.ts';

const refreshMs = 5_000;
const mostValues = 20_000;

/** The newest values below some paths of a device, asked for again and again. */
export function useLatest(deviceId: DeviceId, paths: readonly string[]) {
  const client = useClient();
  return useQuery({
    queryKey: ['latest', deviceId, ...paths],
    queryFn: ({ signal }): Promise<Latest[]> =>
      client.query.latest(
        {
          selectors: paths.map((path) => ({ path, deviceIds: [deviceId] })),
          limit: mostValues,
        },
        { signal },
      ),
    refetchInterval: refreshMs,
    placeholderData: (before) => before,
  });
}

export type LatestQuery = ReturnType<typeof useLatest>;
