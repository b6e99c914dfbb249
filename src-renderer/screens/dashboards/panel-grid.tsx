import type { Panel } from '../../../core/dashboard/document.ts';
import { PanelView } from '../../panels/panel-view.tsx';
import './panel-grid.css';

const rowPx = 32;

/** 24 columns, rows of 32 px, as the document places its panels. */
export function PanelGrid({ panels }: { panels: readonly Panel[] }) {
  const inReadingOrder = panels.toSorted(
    (left, right) => left.place.row - right.place.row || left.place.column - right.place.column,
  );
  return (
    <div className="panel-grid">
      {inReadingOrder.map((panel) => (
        <div
          key={panel.id}
          className="panel-grid-cell"
          style={{
            gridColumn: `${panel.place.column + 1} / span ${panel.place.columns}`,
            gridRow: `${panel.place.row + 1} / span ${panel.place.rows}`,
            minHeight: panel.place.rows * rowPx,
          }}
        >
          <PanelView panel={panel} />
        </div>
      ))}
    </div>
  );
}
