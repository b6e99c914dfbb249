import { lazy, Suspense } from 'react';
import type { Route } from '../route/route.ts';
import { Link } from '../route/link.tsx';
import { ClusterScreen } from '../screens/cluster/cluster-screen.tsx';
import { DashboardsScreen } from '../screens/dashboards/dashboards-screen.tsx';
import { DevicesScreen } from '../screens/devices/devices-screen.tsx';
import { HomeScreen } from '../screens/dashboards/home-screen.tsx';
import { EventsScreen } from '../screens/events/events-screen.tsx';
import { SessionsScreen } from '../screens/sessions/sessions-screen.tsx';
import { TroublesScreen } from '../screens/troubles/troubles-screen.tsx';
import { EmptyState, SkeletonRows } from '../ui/states.tsx';

// Charts are most of the program's size; the lists open without them.
const DashboardScreen = lazy(async () => ({
  default: (await import('../screens/dashboards/dashboard-screen.tsx')).DashboardScreen,
}));
const DeviceScreen = lazy(async () => ({
  default: (await import('../screens/devices/device-screen.tsx')).DeviceScreen,
}));
const PortScreen = lazy(async () => ({
  default: (await import('../screens/devices/ports/port-screen.tsx')).PortScreen,
}));

export function CurrentScreen({ route }: { route: Route }) {
  return (
    <Suspense fallback={<SkeletonRows />}>
      <ScreenOf route={route} />
    </Suspense>
  );
}

function ScreenOf({ route }: { route: Route }) {
  switch (route.screen) {
    case 'home':
    case 'login':
      return <HomeScreen />;
    case 'dashboards':
      return <DashboardsScreen />;
    case 'dashboard':
      return <DashboardScreen key={route.id} id={route.id} />;
    case 'devices':
      return <DevicesScreen adding={route.adding} />;
    case 'device':
      return <DeviceScreen key={route.id} id={route.id} />;
    case 'port':
      return <PortScreen key={`${route.id} ${route.port}`} id={route.id} port={route.port} />;
    case 'sessions':
      return <SessionsScreen />;
    case 'events':
      return <EventsScreen />;
    case 'troubles':
      return <TroublesScreen key={route.deviceId} shown={route.shown} deviceId={route.deviceId} />;
    case 'cluster':
      return <ClusterScreen />;
    case 'not-found':
      return (
        <EmptyState title="There is no such screen">
          <p className="muted mono">{route.path}</p>
          <Link to={{ screen: 'dashboards' }}>Go to the dashboards</Link>
        </EmptyState>
      );
    default:
      return route satisfies never;
  }
}
