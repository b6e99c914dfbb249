import { useEffect } from 'react';
import { failureOf } from '../../api/failure.ts';
import { Loading } from '../../app/loading.tsx';
import { replaceRoute } from '../../route/navigation.ts';
import { settingsStore } from '../../settings/settings.ts';
import { Screen } from '../../ui/screen.tsx';
import { FailureState } from '../../ui/states.tsx';
import { DashboardsScreen } from './dashboards-screen.tsx';
import { homeDashboard } from './home-dashboard.ts';
import { useDashboards } from './use-dashboards.ts';

/** Goes on to the dashboard a person wants first; the list only where nobody can say which that is. */
export function HomeScreen() {
  const { data, error, refetch } = useDashboards();
  const id = data && homeDashboard(data, settingsStore.get().lastDashboard);
  useEffect(() => {
    if (typeof id === 'string') replaceRoute({ screen: 'dashboard', id });
  }, [id]);
  if (id === null) return <DashboardsScreen />;
  return (
    <Screen title={error === null ? 'Loading' : 'Dashboards'}>
      {error === null || data !== undefined ? (
        <Loading />
      ) : (
        <FailureState failure={failureOf(error)} onRetry={() => void refetch()} />
      )}
    </Screen>
  );
}
