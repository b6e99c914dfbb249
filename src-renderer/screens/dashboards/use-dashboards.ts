import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../app/console-services.ts';

/** All dashboards, without their documents. */
export function useDashboards() {
  const client = useClient();
  return useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => client.dashboard.list(undefined, { signal }),
  });
}
