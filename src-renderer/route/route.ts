/**
 * Addresses of the console, read and written in one place. Screens below `/console/`; behind the `?` what makes a link
 * show the same to everybody: `range`, or `from` and `to`; `zone`; and `panel` where one alone fills the screen.
 */
import { parseUuid, type DeviceId, type Uuid } from '../../core/id.ts';
import type { Zone } from '../settings/settings.ts';
import { formatPlaceTime, parsePlaceTime, parseZone, type PlaceTime } from './place-time.ts';

export type Route =
  /** A dashboard, whichever this browser is to open. */
  | { readonly screen: 'home' }
  | { readonly screen: 'dashboards' }
  | { readonly screen: 'dashboard'; readonly id: Uuid }
  | { readonly screen: 'devices'; readonly adding: boolean }
  | { readonly screen: 'device'; readonly id: DeviceId }
  | { readonly screen: 'port'; readonly id: DeviceId; readonly port: string }
  | { readonly screen: 'sessions' }
  | { readonly screen: 'events' }
  | {
      readonly screen: 'troubles';
      readonly shown: 'list' | 'quarantine';
      /** Of this device alone; null: of all. */
      readonly deviceId: DeviceId | null;
    }
  | { readonly screen: 'cluster' }
  | { readonly screen: 'login' }
  | { readonly screen: 'not-found'; readonly path: string };

export interface Place {
  readonly route: Route;
  /** null where the address names none. */
  readonly time: PlaceTime | null;
  readonly zone: Zone | null;
  /** The one that fills the screen. */
  readonly panel: string | null;
}

export const consoleBase = '/console';

export function parsePlace(pathname: string, search: string): Place {
  const parameters = new URLSearchParams(search);
  return {
    route: parseRoute(pathname),
    time: parsePlaceTime(parameters),
    zone: parseZone(parameters),
    panel: parameters.get('panel') || null,
  };
}

function parseRoute(pathname: string): Route {
  const inside = pathname.startsWith(`${consoleBase}/`) ? pathname.slice(consoleBase.length) : '/';
  const [screen = '', part, ...rest] = inside.split('/').filter((text) => text !== '');
  const notFound: Route = { screen: 'not-found', path: pathname };
  if (rest.length > 0 && screen !== 'troubles') return parsePort(screen, part, rest) ?? notFound;
  switch (screen) {
    case '':
      return { screen: 'home' };
    case 'dashboards':
      return part === undefined ? { screen: 'dashboards' } : withId(part, 'dashboard', notFound);
    case 'devices':
      if (part === undefined || part === 'add') return { screen, adding: part === 'add' };
      return withId(part, 'device', notFound);
    case 'troubles':
      return parseTroubles(part, rest) ?? notFound;
    case 'sessions':
    case 'events':
    case 'cluster':
    case 'login':
      return part === undefined ? { screen } : notFound;
    default:
      return notFound;
  }
}

/** `/devices/<id>/ports/<name>`; names hold slashes, which are written as `%2F`. */
function parsePort(
  screen: string,
  part: string | undefined,
  [kind, name, ...rest]: readonly string[],
): Route | null {
  const id = parseUuid<DeviceId>(part ?? '');
  const port = decoded(name ?? '');
  const fits = screen === 'devices' && kind === 'ports' && rest.length === 0;
  return fits && id.ok && port !== null ? { screen: 'port', id: id.value, port } : null;
}

/** `/troubles`, `/troubles/quarantine`, `/troubles/quarantine/<device>`. */
function parseTroubles(
  part: string | undefined,
  [device, ...rest]: readonly string[],
): Route | null {
  if (part === undefined) return { screen: 'troubles', shown: 'list', deviceId: null };
  if (part !== 'quarantine' || rest.length > 0) return null;
  if (device === undefined) return { screen: 'troubles', shown: 'quarantine', deviceId: null };
  const id = parseUuid<DeviceId>(device);
  return id.ok ? { screen: 'troubles', shown: 'quarantine', deviceId: id.value } : null;
}

function decoded(text: string): string | null {
  try {
    return text === '' ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

function withId(text: string, screen: 'dashboard' | 'device', otherwise: Route): Route {
  const id = parseUuid<DeviceId>(text);
  return id.ok ? { screen, id: id.value } : otherwise;
}

export function formatPlace({ route, time, zone, panel }: Place): string {
  const parameters = new URLSearchParams([
    ...formatPlaceTime(time),
    ...(zone === null ? [] : [['zone', zone]]),
    ...(panel === null ? [] : [['panel', panel]]),
  ] as string[][]);
  const search = parameters.size === 0 ? '' : `?${parameters}`;
  return `${consoleBase}${pathOf(route)}${search}`;
}

/**
 * The place where a link leads from another: time and zone come along where both have any, so that a port is seen in
 * the minutes its device was looked at; a dashboard has a relative range of its own.
 */
export function placeFrom({ time, zone }: Place, route: Route): Place {
  const plain = { route, time: null, zone: null, panel: null };
  if (!hasTime(route)) return plain;
  const own = route.screen === 'dashboard' && time?.kind === 'last';
  return { ...plain, time: own ? null : time, zone };
}

function pathOf(route: Route): string {
  switch (route.screen) {
    case 'home':
      return '/';
    case 'dashboard':
      return `/dashboards/${route.id}`;
    case 'device':
      return `/devices/${route.id}`;
    case 'port':
      return `/devices/${route.id}/ports/${encodeURIComponent(route.port)}`;
    case 'troubles':
      if (route.shown === 'list') return '/troubles';
      return `/troubles/quarantine${route.deviceId === null ? '' : `/${route.deviceId}`}`;
    case 'devices':
      return route.adding ? '/devices/add' : '/devices';
    case 'not-found':
      return route.path.slice(consoleBase.length);
    case 'dashboards':
    case 'sessions':
    case 'events':
    case 'cluster':
    case 'login':
      return `/${route.screen}`;
    default:
      return route satisfies never;
  }
}

/** Screens that show telemetry over a time range. */
export function hasTime(route: Route): boolean {
  return ['dashboard', 'device', 'port'].includes(route.screen);
}
