import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Device } from '../../../core/contract/device.ts';
import { failureOf } from '../../api/failure.ts';
import { useMay } from '../../app/console-services.ts';
import { Loading } from '../../app/loading.tsx';
import { formatCount } from '../../format/quantity.ts';
import { goTo, replaceRoute } from '../../route/navigation.ts';
import { AgeBadge } from '../../ui/age-badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/screen.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { useNowMs } from '../../time/now.ts';
import { deviceColumns } from './device-columns.tsx';
import { filterDevices } from './filter-devices.ts';
import { DeviceDialog } from './form/device-dialog.tsx';
import { SiteFilter } from './site-filter.tsx';
import { useDevices } from './use-devices.ts';
import { useRemoveDevice } from './use-remove-device.ts';

export function DevicesScreen({ adding }: { adding: boolean }) {
  const { rows, total, error, refetch, asOfMs, stale } = useDevices();
  const mayOperate = useMay('operator');
  const [search, setSearch] = useState('');
  const [site, setSite] = useState<string | null>(null);
  const [editing, setEditing] = useState<Device | null>(null);
  const remove = useRemoveDevice();
  const nowMs = useNowMs();
  const found = useMemo(
    () => (rows === undefined ? undefined : filterDevices(rows, { search, site })),
    [rows, search, site],
  );
  const columns = deviceColumns({
    nowMs,
    stale,
    actions: mayOperate ? { edit: setEditing, remove: (device) => void remove(device) } : null,
  });
  const addDevice = () => goTo({ screen: 'devices', adding: true });

  return (
    <Screen
      title="Devices"
      note={
        stale ? (
          <AgeBadge asOfMs={asOfMs} />
        ) : (
          <span className="muted">{formatCount(total)} in all</span>
        )
      }
      actions={
        <>
          <SearchField label="Search devices" value={search} onChange={setSearch} />
          <SiteFilter rows={rows ?? []} site={site} onChange={setSite} />
          {mayOperate && (
            <Button
              look="primary"
              icon={<Plus className="icon" />}
              title="Add a device (a)"
              onClick={addDevice}
            >
              Add device
            </Button>
          )}
        </>
      }
    >
      {found === undefined && error === null && <Loading rows={10} />}
      {found === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {found?.length === 0 && (
        <NoDevices filtered={rows?.length !== 0} onAdd={mayOperate ? addDevice : null} />
      )}
      {found !== undefined && found.length > 0 && (
        <DataTable
          label="Devices"
          rows={found}
          columns={columns}
          rowKey={({ device }) => device.id}
          initialSort={{ column: 'name', descending: false }}
          onOpen={({ device }) => goTo({ screen: 'device', id: device.id })}
          minWidth={1_060}
        />
      )}
      {adding && mayOperate && (
        <DeviceDialog onClose={() => replaceRoute({ screen: 'devices', adding: false })} />
      )}
      {editing !== null && <DeviceDialog device={editing} onClose={() => setEditing(null)} />}
    </Screen>
  );
}

function NoDevices({ filtered, onAdd }: { filtered: boolean; onAdd: (() => void) | null }) {
  if (filtered) return <EmptyState title="No device matches the filter" />;
  return (
    <EmptyState title="No devices yet">
      <p className="muted">
        A device is a name and a gNMI endpoint; a collector connects to it within seconds.
      </p>
      {onAdd === null ? (
        <p className="muted">Your role may look but not add.</p>
      ) : (
        <Button look="primary" onClick={onAdd}>
          Add the first device
        </Button>
      )}
    </EmptyState>
  );
}
