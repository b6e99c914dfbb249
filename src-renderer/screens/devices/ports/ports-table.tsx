import { useMemo, useState, type ReactNode } from 'react';
import type { DeviceId } from '../../../../core/id.ts';
import { goTo } from '../../../route/navigation.ts';
import { changeSettings, useSettings } from '../../../settings/settings.ts';
import { Button } from '../../../ui/button.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { LatestPanel } from '../latest/latest-panel.tsx';
import { portColumns } from './port-columns.tsx';
import { filterPorts } from './port-row.ts';
import { usePorts } from './use-ports.ts';
import './ports-table.css';

interface PortsTableProps {
  readonly deviceId: DeviceId;
  /** Stands beside the filter. */
  readonly controls?: ReactNode;
}

/** What every port does now: rates against its speed, errors, state. A row opens the port. */
export function PortsTable({ deviceId, controls }: PortsTableProps) {
  const { query, rows, silent } = usePorts(deviceId);
  const [search, setSearch] = useState('');
  const { portTotals: totals } = useSettings();
  const found = useMemo(() => filterPorts(rows, search), [rows, search]);
  const columns = useMemo(
    () => portColumns({ deviceId, totals, silent }),
    [deviceId, totals, silent],
  );
  const subtitle =
    found.length === rows.length ? `${rows.length}` : `${found.length} of ${rows.length}`;
  return (
    <LatestPanel
      title="Interfaces"
      subtitle={subtitle}
      deviceId={deviceId}
      query={query}
      empty={rows.length === 0}
      controls={
        <>
          <SearchField label="Filter interfaces" value={search} onChange={setSearch} />
          <Button
            aria-pressed={totals}
            title="What each port counted since it was reset"
            onClick={() => changeSettings({ portTotals: !totals })}
          >
            Totals
          </Button>
          {controls}
        </>
      }
    >
      {found.length === 0 ? (
        <EmptyState title={`No interface matches "${search}"`} />
      ) : (
        <DataTable
          label="Interfaces"
          rows={found}
          columns={columns}
          rowKey={({ name }) => name}
          initialSort={{ column: 'name', descending: false }}
          onOpen={({ name }) => goTo({ screen: 'port', id: deviceId, port: name })}
          isGone={({ goneSinceMs }) => goneSinceMs !== null}
          minWidth={totals ? 1_090 : 874}
        />
      )}
    </LatestPanel>
  );
}
