import type { Route } from '../route/route.ts';
import { Link } from '../route/link.tsx';
import { ClusterScreen } from '../screens/cluster/cluster-screen.tsx';
import { DashboardScreen } from '../screens/dashboards/dashboard-screen.tsx';
import { DashboardsScreen } from '../screens/dashboards/dashboards-screen.tsx';
import { DeviceScreen } from '../screens/devices/device-screen.tsx';
import { DevicesScreen } from '../screens/devices/devices-screen.tsx';
import { EventsScreen } from '../screens/events/events-screen.tsx';
import { SessionsScreen } from '../screens/sessions/sessions-screen.tsx';
import { EmptyState } from '../ui/states.tsx';

export function CurrentScreen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'dashboards':
    case 'login':
      return <DashboardsScreen />;
    case 'dashboard':
      return <DashboardScreen key={route.id} id={route.id} />;
    case 'devices':
      return <DevicesScreen adding={route.adding} />;
    case 'device':
      return <DeviceScreen key={route.id} id={route.id} />;
    case 'sessions':
      return <SessionsScreen />;
    case 'events':
      return <EventsScreen />;
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
