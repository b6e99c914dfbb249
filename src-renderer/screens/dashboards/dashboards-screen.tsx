import { useState } from 'react';
import { failureOf } from '../../api/failure.ts';
import { Loading } from '../../app/loading.tsx';
import { Link } from '../../route/link.tsx';
import { useNowMs } from '../../time/now.ts';
import { formatMoment, zoneLabel } from '../../time/time-format.ts';
import { Screen } from '../../ui/screen.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EmptyState, FailureState } from '../../ui/states.tsx';
import { useDashboards } from './use-dashboards.ts';
import { useZone } from '../../time/view-time.ts';
import './dashboards-screen.css';

export function DashboardsScreen() {
  const [search, setSearch] = useState('');
  const zone = useZone();
  const nowMs = useNowMs();
  const { data, error, refetch } = useDashboards();
  const found = data?.filter(({ title, tags }) =>
    [title, ...tags].some((text) => text.toLowerCase().includes(search.toLowerCase())),
  );
  return (
    <Screen
      title="Dashboards"
      actions={<SearchField label="Search dashboards" value={search} onChange={setSearch} />}
    >
      {found === undefined && error === null && <Loading />}
      {found === undefined && error !== null && (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
      {found?.length === 0 && (
        <EmptyState title={search === '' ? 'No dashboards yet' : `Nothing matches "${search}"`}>
          {search === '' && (
            <p className="muted">
              <span className="mono">nocturne import dashboard.json</span> adds one.
            </p>
          )}
        </EmptyState>
      )}
      {found !== undefined && found.length > 0 && (
        <ul className="dashboard-cards">
          {found.map((one) => (
            <li key={one.id}>
              <Link to={{ screen: 'dashboard', id: one.id }} className="dashboard-card">
                <span className="dashboard-card-title">{one.title}</span>
                <span className="dashboard-card-tags">
                  {one.tags.map((tag) => (
                    <span key={tag} className="tag">
                      {tag}
                    </span>
                  ))}
                </span>
                <span className="muted dashboard-card-facts">
                  {one.panels} {one.panels === 1 ? 'panel' : 'panels'} · version {one.version} ·
                  saved {formatMoment(one.savedAtMs, { zone, nowMs })} {zoneLabel(zone, nowMs)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Screen>
  );
}
