import { useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Panel } from '../../../core/dashboard/document.ts';
import type { Uuid } from '../../../core/id.ts';
import { failureOf } from '../../api/failure.ts';
import { useClient, useMay } from '../../app/console-services.ts';
import { Loading } from '../../app/loading.tsx';
import { Link } from '../../route/link.tsx';
import { usePlace } from '../../route/navigation.ts';
import { changeSettings } from '../../settings/settings.ts';
import { completeAddress } from '../../time/view-time.ts';
import { Screen } from '../../ui/screen.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { PanelDialog } from './editor/panel-dialog.tsx';
import { FirstSteps } from './first-steps.tsx';
import { PanelAlone } from './panel-alone.tsx';
import { PanelGrid, type PanelGridProps } from './panel-grid.tsx';
import './dashboard-screen.css';

export function DashboardScreen({ id }: { id: Uuid }) {
  const client = useClient();
  const mayOperate = useMay('operator');
  const { panel: alone } = usePlace();
  const [editing, setEditing] = useState<Panel | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['dashboard', id],
    queryFn: ({ signal }) => client.dashboard.get({ id }, { signal }),
  });
  const defaultRange = data?.document.defaultRange;
  useEffect(() => {
    if (defaultRange !== undefined) completeAddress(defaultRange);
  }, [defaultRange]);

  const found = data !== undefined;
  useEffect(() => {
    if (found) changeSettings({ lastDashboard: id });
  }, [found, id]);

  const trail = <Link to={{ screen: 'dashboards' }}>Dashboards</Link>;
  if (data === undefined) {
    return (
      <Screen title={error === null ? 'Loading' : 'Dashboard'} trail={trail}>
        {error === null ? (
          <Loading />
        ) : (
          <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
        )}
      </Screen>
    );
  }
  const { document, version } = data;
  return (
    <Screen
      title={document.title}
      trail={trail}
      note={<span className="muted dashboard-description">{document.description}</span>}
      actions={
        <>
          {document.links.map(({ title, dashboardId }) => (
            <Link
              key={dashboardId}
              to={{ screen: 'dashboard', id: dashboardId }}
              className="dashboard-link"
            >
              {title}
              <ArrowRight className="icon icon-small" aria-hidden="true" />
            </Link>
          ))}
          <span className="muted dashboard-version">version {version}</span>
        </>
      }
    >
      <FirstSteps mayAdd={mayOperate} />
      {document.panels.length === 0 ? (
        <EmptyState title="This dashboard has no panels">
          <p className="muted">
            Panels come with the dashboard's document; save one that has some.
          </p>
        </EmptyState>
      ) : (
        <Panels
          panels={document.panels}
          alone={alone}
          onEdit={mayOperate ? setEditing : undefined}
        />
      )}
      {editing !== null && (
        <PanelDialog dashboard={data} panel={editing} onClose={() => setEditing(null)} />
      )}
    </Screen>
  );
}

/** All of them, or the one that the address names. */
function Panels({ alone, ...grid }: PanelGridProps & { alone: string | null }) {
  const panel = grid.panels.find(({ id }) => id === alone);
  return panel === undefined ? <PanelGrid {...grid} /> : <PanelAlone panel={panel} />;
}
