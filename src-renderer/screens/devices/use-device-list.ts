import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../app/console-services.ts';

/** The inventory. */
export function useDeviceList({ refetchInterval }: { refetchInterval?: number } = {}) {
  const client = useClient();
  return useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => client.device.list({}, { signal }),
    ...(refetchInterval !== undefined && { refetchInterval }),
  });
}
