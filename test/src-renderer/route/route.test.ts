import { describe, expect, it } from 'vitest';
import type { DeviceId, Uuid } from '../../../core/id.ts';
import { formatPlace, parsePlace, placeFrom } from '../../../src-renderer/route/route.ts';

const id = '01900002-0000-7000-8000-000000000000';

describe('addresses', () => {
  it.each([
    ['/console/', '', { screen: 'home' }],
    ['/console', '', { screen: 'home' }],
    ['/console/dashboards', '', { screen: 'dashboards' }],
    [`/console/dashboards/${id}`, '?range=3h', { screen: 'dashboard', id }],
    [`/console/devices/${id.toUpperCase()}`, '', { screen: 'device', id }],
    ['/console/devices/add', '', { screen: 'devices', adding: true }],
    [`/console/devices/${id}/ports/Ethernet1%2F1`, '', { screen: 'port', id, port: 'Ethernet1/1' }],
    [`/console/devices/${id}/ports/%E0%A4%A`, '', { screen: 'not-found' }],
    [`/console/devices/${id}/ports/a/b`, '', { screen: 'not-found' }],
    [`/console/dashboards/${id}/ports/a`, '', { screen: 'not-found' }],
    ['/console/sessions', '', { screen: 'sessions' }],
    ['/console/dashboards/not-an-id', '', { screen: 'not-found' }],
    ['/console/events/more', '', { screen: 'not-found' }],
    ['/console/nothing', '', { screen: 'not-found' }],
  ])('reads %s%s', (path, search, route) => {
    expect(parsePlace(path, search).route).toMatchObject(route);
  });

  it.each([
    '/console/',
    '/console/dashboards',
    `/console/dashboards/${id}`,
    '/console/devices/add',
    `/console/devices/${id}/ports/ge-0%2F0%2F1%20%5Bold%5D`,
    '/console/cluster',
  ])('writes %s as it reads it', (path) => {
    expect(formatPlace(parsePlace(path, ''))).toBe(path);
    expect(formatPlace(parsePlace(path, '?range=45m'))).toBe(`${path}?range=45m`);
  });

  it.each([
    '?range=',
    '?range=yesterday',
    '?range=0m',
    '?range=15m;drop',
    '',
    '?from=1&to=1',
    '?from=2&to=1',
    '?from=1',
    '?from=-1&to=5',
    '?from=1e3&to=99999',
    '?from=1&to=99999999999999999',
  ])('takes no time from "%s"', (search) => {
    expect(parsePlace('/console/dashboards', search).time).toBeNull();
  });

  it('carries two ends, the zone and the panel that stands alone', () => {
    const address = `/console/dashboards/${id}?from=1800000000000&to=1800000600000&zone=local&panel=a+b`;
    const place = parsePlace(`/console/dashboards/${id}`, new URL(address, 'http://x').search);
    expect(place).toMatchObject({
      time: { kind: 'between', fromMs: 1_800_000_000_000, toMs: 1_800_000_600_000 },
      zone: 'local',
      panel: 'a b',
    });
    expect(formatPlace(place)).toBe(address);
    expect(parsePlace(`/console/dashboards/${id}`, '?zone=mars').zone).toBeNull();
  });
});

describe('a link', () => {
  const time = { kind: 'between', fromMs: 1, toMs: 2 } as const;
  const here = {
    ...parsePlace(`/console/dashboards/${id}`, ''),
    time,
    zone: 'utc',
    panel: 'a',
  } as const;
  const device = { screen: 'device', id: id as DeviceId } as const;
  const dashboard = { screen: 'dashboard', id: id as Uuid } as const;

  it('takes the time along to where there is one, and the panel nowhere', () => {
    expect(placeFrom(here, device)).toMatchObject({
      route: device,
      time,
      zone: 'utc',
      panel: null,
    });
    expect(placeFrom(here, { screen: 'events' })).toMatchObject({ time: null, zone: null });
  });

  it('leaves to a dashboard how long its last stretch is', () => {
    const last = { kind: 'last', range: '3h' } as const;
    expect(placeFrom({ ...here, time: last }, dashboard).time).toBeNull();
    expect(placeFrom({ ...here, time: last }, device).time).toEqual(last);
    expect(placeFrom(here, dashboard).time).toEqual(time);
  });
});
