import { Maximize2, Pencil } from 'lucide-react';
import type { Panel } from '../../../core/dashboard/document.ts';
import { PanelView } from '../../panels/panel-view.tsx';
import { changePlace } from '../../route/navigation.ts';
import { IconButton } from '../../ui/button.tsx';
import './panel-grid.css';

const rowPx = 32;

export interface PanelGridProps {
  readonly panels: readonly Panel[];
  /** Left out for those who may not change anything. */
  readonly onEdit?: ((panel: Panel) => void) | undefined;
}

/** 24 columns, rows of 32 px, as the document places its panels. */
export function PanelGrid({ panels, onEdit }: PanelGridProps) {
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
          <PanelView
            panel={panel}
            actions={
              <>
                <IconButton
                  label={`Show ${panel.title} alone`}
                  look="quiet"
                  onClick={() => changePlace({ panel: panel.id })}
                >
                  <Maximize2 className="icon icon-small" />
                </IconButton>
                {onEdit && (
                  <IconButton
                    label={`Edit ${panel.title}`}
                    look="quiet"
                    onClick={() => onEdit(panel)}
                  >
                    <Pencil className="icon icon-small" />
                  </IconButton>
                )}
              </>
            }
          />
        </div>
      ))}
    </div>
  );
}
