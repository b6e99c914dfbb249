import type { DeviceId } from '../../../core/id.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { DeviceTroubles } from '../troubles/device-troubles.tsx';
import { ComponentsTable } from './latest/components-table.tsx';
import { PortsTable } from './ports/ports-table.tsx';
import './device-tables.css';

export type ShownTable = 'ports' | 'components' | 'troubles';

interface DeviceTablesProps {
  readonly deviceId: DeviceId;
  readonly shown: ShownTable;
  readonly onShow: (shown: ShownTable) => void;
}

/** The ports of a device or everything else it says, or what is wrong with it, one at a time and as wide as there is room. */
export function DeviceTables({ deviceId, shown, onShow }: DeviceTablesProps) {
  const choice = (
    <Segmented<ShownTable>
      label="Table"
      segments={[
        { value: 'ports', label: 'Interfaces' },
        { value: 'components', label: 'System and components' },
        { value: 'troubles', label: 'Data troubles' },
      ]}
      value={shown}
      onChange={onShow}
    />
  );
  return (
    <div className="device-tables">
      {shown === 'ports' && <PortsTable deviceId={deviceId} controls={choice} />}
      {shown === 'components' && <ComponentsTable deviceId={deviceId} controls={choice} />}
      {shown === 'troubles' && <DeviceTroubles deviceId={deviceId} controls={choice} />}
    </div>
  );
}
