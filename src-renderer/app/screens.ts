/** The screens of the rail, in order, with the key that follows `g`. */
import {
  Activity,
  Boxes,
  LayoutDashboard,
  Router,
  ScrollText,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { Route } from '../route/route.ts';

export interface RailScreen {
  readonly label: string;
  readonly route: Route;
  readonly key: string;
  readonly icon: LucideIcon;
  readonly group: 'look' | 'system';
  /** Screens of the address that belong here. */
  readonly holds: readonly Route['screen'][];
}

export const railScreens: readonly RailScreen[] = [
  {
    label: 'Dashboards',
    route: { screen: 'dashboards' },
    key: 'd',
    icon: LayoutDashboard,
    group: 'look',
    holds: ['home', 'dashboards', 'dashboard'],
  },
  {
    label: 'Devices',
    route: { screen: 'devices', adding: false },
    key: 'v',
    icon: Router,
    group: 'look',
    holds: ['devices', 'device', 'port'],
  },
  {
    label: 'Sessions',
    route: { screen: 'sessions' },
    key: 's',
    icon: Activity,
    group: 'look',
    holds: ['sessions'],
  },
  {
    label: 'Data troubles',
    route: { screen: 'troubles', shown: 'list', deviceId: null },
    key: 't',
    icon: TriangleAlert,
    group: 'look',
    holds: ['troubles'],
  },
  {
    label: 'Events',
    route: { screen: 'events' },
    key: 'e',
    icon: ScrollText,
    group: 'system',
    holds: ['events'],
  },
  {
    label: 'Cluster',
    route: { screen: 'cluster' },
    key: 'c',
    icon: Boxes,
    group: 'system',
    holds: ['cluster'],
  },
];
