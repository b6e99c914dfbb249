import type { ReactNode } from 'react';
import type { Panel } from '../../core/dashboard/document.ts';
import { StatPanelView } from './stat/stat-panel.tsx';
import { TimeSeriesPanelView } from './time-series/time-series-panel.tsx';
import { TopPanelView } from './top-n/top-panel.tsx';

interface PanelViewProps {
  readonly panel: Panel;
  /** Buttons for its header. */
  readonly actions?: ReactNode;
}

export function PanelView({ panel, actions }: PanelViewProps) {
  switch (panel.kind) {
    case 'time-series':
      return <TimeSeriesPanelView panel={panel} actions={actions} />;
    case 'top-n':
      return <TopPanelView panel={panel} actions={actions} />;
    case 'stat':
      return <StatPanelView panel={panel} actions={actions} />;
    default:
      return panel satisfies never;
  }
}
