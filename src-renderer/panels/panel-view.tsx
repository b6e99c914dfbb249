import type { Panel } from '../../core/dashboard/document.ts';
import { StatPanelView } from './stat/stat-panel.tsx';
import { TimeSeriesPanelView } from './time-series/time-series-panel.tsx';
import { TopPanelView } from './top-n/top-panel.tsx';

export function PanelView({ panel }: { panel: Panel }) {
  switch (panel.kind) {
    case 'time-series':
      return <TimeSeriesPanelView panel={panel} />;
    case 'top-n':
      return <TopPanelView panel={panel} />;
    case 'stat':
      return <StatPanelView panel={panel} />;
    default:
      return panel satisfies never;
  }
}
