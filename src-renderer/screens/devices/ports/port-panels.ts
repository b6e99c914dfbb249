/** The charts of one port, as panels that a dashboard could hold just so. */
import { timeSeriesPanel, type TimeSeriesPanel } from '../../../../core/dashboard/document.ts';
import type { DeviceId } from '../../../../core/id.ts';
import { portPath } from './port-path.ts';

interface Port {
  readonly deviceId: DeviceId;
  readonly name: string;
}

interface Chart {
  readonly id: string;
  readonly title: string;
  readonly leaves: readonly string[];
  readonly mirrorOut: boolean;
}

const charts: readonly Chart[] = [
  {
    id: 'throughput',
    title: 'Throughput, out below the line',
    leaves: ['in-octets', 'out-octets'],
    mirrorOut: true,
  },
  {
    id: 'errors',
    title: 'Errors and discards',
    leaves: ['in-errors', 'out-errors', 'in-discards', 'out-discards', 'in-fcs-errors'],
    mirrorOut: false,
  },
  {
    id: 'packets',
    title: 'Packets, out below the line',
    leaves: [
      'in-pkts',
      'out-pkts',
      'in-unicast-pkts',
      'out-unicast-pkts',
      'in-multicast-pkts',
      'out-multicast-pkts',
    ],
    mirrorOut: true,
  },
];

export function portPanels({ deviceId, name }: Port): readonly TimeSeriesPanel[] {
  return charts.map(({ id, title, leaves, mirrorOut }) =>
    timeSeriesPanel.parse({
      kind: 'time-series',
      id,
      title,
      place: { column: 0, row: 0, columns: 24, rows: 8 },
      query: {
        selectors: leaves.map((leaf) => ({
          path: `${portPath(name)}/state/counters/${leaf}`,
          deviceIds: [deviceId],
        })),
        function: 'rate',
        // Counters that stay at 0 are not drawn then.
        top: leaves.length,
      },
      options: { mark: 'line', label: 'metric', mirrorOut },
    }),
  );
}
