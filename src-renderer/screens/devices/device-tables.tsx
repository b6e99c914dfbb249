import { useState } from 'react';
import type { DeviceId } from '../../../core/id.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { ComponentsTable } from './latest/components-table.tsx';
import { PortsTable } from './ports/ports-table.tsx';
import './device-tables.css';

type Shown = 'ports' | 'components';

/** The ports of a device or everything else it says, one at a time and as wide as there is room. */
export function DeviceTables({ deviceId }: { deviceId: DeviceId }) {
  const [shown, setShown] = useState<Shown>('ports');
  const choice = (
    <Segmented<Shown>
      label="Table"
      segments={[
        { value: 'ports', label: 'Interfaces' },
        { value: 'components', label: 'System and components' },
      ]}
      value={shown}
      onChange={setShown}
    />
  );
  return (
    <div className="device-tables">
      {shown === 'ports' ? (
        <PortsTable deviceId={deviceId} controls={choice} />
      ) : (
        <ComponentsTable deviceId={deviceId} controls={choice} />
      )}
    </div>
  );
}
