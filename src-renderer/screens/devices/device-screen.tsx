import { useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { timeSeriesPanel, type TimeSeriesPanel } from '../../../core/dashboard/document.ts';
import type { DeviceId } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { useClient, useMay, useOutage, useSessions } from '../../app/console-services.ts';
import { Loading } from '../../app/loading.tsx';
import { TimeSeriesPanelView } from '../../panels/time-series/time-series-panel.tsx';
import { Link } from '../../route/link.tsx';
import { goTo } from '../../route/navigation.ts';
import { Button } from '../../ui/button.tsx';
import { Screen } from '../../ui/screen.tsx';
import { FailureState } from '../../ui/states.tsx';
import { mostUrgent, SessionState } from '../sessions/session-state.tsx';
import { DeviceFacts, SessionFacts } from './device-facts.tsx';
import { DeviceDialog } from './form/device-dialog.tsx';
import { TroubleNote } from '../troubles/device-troubles.tsx';
import { DeviceTables, type ShownTable } from './device-tables.tsx';
import { endpointsNow } from './use-devices.ts';
import { useIsSilent } from './use-is-silent.ts';
import { useRemoveDevice } from './use-remove-device.ts';
import './device-screen.css';

function throughputPanel(id: DeviceId): TimeSeriesPanel {
  const counters = '/interfaces/interface/state/counters';
  return timeSeriesPanel.parse({
    kind: 'time-series',
    id: 'throughput',
    title: 'Throughput, out below the line',
    place: { column: 0, row: 0, columns: 24, rows: 8 },
    query: {
      selectors: ['in-octets', 'out-octets'].map((leaf) => ({
        path: `${counters}/${leaf}`,
        deviceIds: [id],
      })),
      function: 'rate',
      top: 8,
    },
    options: { mark: 'line', label: 'keys', mirrorOut: true },
  });
}

export function DeviceScreen({ id }: { id: DeviceId }) {
  const client = useClient();
  const mayOperate = useMay('operator');
  const outage = useOutage();
  const state = useSessions();
  const [editing, setEditing] = useState(false);
  const [shown, setShown] = useState<ShownTable>('ports');
  const remove = useRemoveDevice();
  const silent = useIsSilent(id);
  const panel = useMemo(() => throughputPanel(id), [id]);
  const { data, error, refetch } = useQuery({
    queryKey: ['device', id],
    queryFn: ({ signal }) => client.device.get({ id }, { signal }),
  });

  const trail = <Link to={{ screen: 'devices', adding: false }}>Devices</Link>;
  if (data === undefined) {
    return (
      <Screen title={error === null ? 'Loading' : 'Device'} trail={trail}>
        {error === null ? (
          <Loading />
        ) : (
          <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
        )}
      </Screen>
    );
  }
  const endpoints = endpointsNow(data, state);
  const session =
    endpoints.length < 2
      ? (state.sessions.get(id) ?? data.session)
      : mostUrgent(endpoints.map((one) => one.session));
  const stale = outage !== null;
  const removeAndLeave = async () => {
    if (await remove(data)) goTo({ screen: 'devices', adding: false });
  };
  return (
    <Screen
      title={data.name}
      trail={trail}
      note={
        <>
          <SessionState session={session} stale={stale} />
          <TroubleNote deviceId={id} onOpen={() => setShown('troubles')} />
        </>
      }
      actions={
        mayOperate && (
          <>
            <Button icon={<Pencil className="icon" />} onClick={() => setEditing(true)}>
              Edit
            </Button>
            <Button
              icon={<Trash2 className="icon" />}
              look="danger"
              onClick={() => void removeAndLeave()}
            >
              Remove
            </Button>
          </>
        )
      }
    >
      <div className="device-grid">
        <TimeSeriesPanelView panel={panel} silent={silent} />
        <DeviceTables deviceId={id} shown={shown} onShow={setShown} />
        {endpoints.length < 2 ? (
          <SessionFacts asked={endpoints[0]?.asked ?? null} session={session} stale={stale} />
        ) : (
          endpoints.map((one) => (
            <SessionFacts
              key={one.id}
              asked={one.asked}
              over={one}
              session={one.session}
              stale={stale}
            />
          ))
        )}
        <DeviceFacts device={data} />
      </div>
      {editing && <DeviceDialog device={data} onClose={() => setEditing(false)} />}
    </Screen>
  );
}
