import { Minimize2 } from 'lucide-react';
import { useEffect } from 'react';
import type { Panel } from '../../../core/dashboard/document.ts';
import { PanelView } from '../../panels/panel-view.tsx';
import { changePlace } from '../../route/navigation.ts';
import { Button } from '../../ui/button.tsx';

const showAll = () => changePlace({ panel: null });

/** One panel as large as the screen; the address says so, and Escape goes back to all. */
export function PanelAlone({ panel }: { panel: Panel }) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const inside = document.querySelector('dialog[open], [role="menu"]') !== null;
      const typing = (event.target as Element).matches('input, select, textarea');
      if (event.key === 'Escape' && !event.defaultPrevented && !inside && !typing) showAll();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <>
      <p className="panel-alone-way">
        <Button
          icon={<Minimize2 className="icon" />}
          title="Show all panels (Esc)"
          onClick={showAll}
        >
          All panels
        </Button>
      </p>
      <div className="panel-alone">
        <PanelView panel={panel} />
      </div>
    </>
  );
}
