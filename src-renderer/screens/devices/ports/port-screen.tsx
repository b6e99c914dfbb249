import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DeviceId } from '../../../../core/id.ts';
import { failureOf } from '../../../api/failure.ts';
import { useClient } from '../../../app/console-services.ts';
import { TimeSeriesPanelView } from '../../../panels/time-series/time-series-panel.tsx';
import { Link } from '../../../route/link.tsx';
import { Screen } from '../../../ui/screen.tsx';
import { FailureState } from '../../../ui/states.tsx';
import { PortFacts } from './port-facts.tsx';
import { useIsSilent } from '../use-is-silent.ts';
import { portPanels } from './port-panels.ts';
import './port-screen.css';

/** One port: what it is, what it is joined to, and its course over time. */
export function PortScreen({ id, port }: { id: DeviceId; port: string }) {
  const client = useClient();
  const silent = useIsSilent(id);
  const panels = useMemo(() => portPanels({ deviceId: id, name: port }), [id, port]);
  const { data, error, refetch } = useQuery({
    queryKey: ['device', id],
    queryFn: ({ signal }) => client.device.get({ id }, { signal }),
  });
  const device = data?.name ?? 'Device';
  return (
    <Screen
      title={port}
      trail={
        <>
          <Link to={{ screen: 'devices', adding: false }}>Devices</Link>
          {' / '}
          <Link to={{ screen: 'device', id }}>{device}</Link>
        </>
      }
    >
      {data === undefined && error !== null ? (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      ) : (
        <div className="port-grid">
          <PortFacts deviceId={id} port={port} />
          {panels.map((panel) => (
            <TimeSeriesPanelView key={panel.id} panel={panel} silent={silent} />
          ))}
        </div>
      )}
    </Screen>
  );
}
