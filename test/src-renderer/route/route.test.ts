import { describe, expect, it } from 'vitest';
import { formatPlace, parsePlace } from '../../../src-renderer/route/route.ts';

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

  it.each(['?range=', '?range=yesterday', '?range=0m', '?range=15m;drop', ''])(
    'takes no range from "%s"',
    (search) => {
      expect(parsePlace('/console/dashboards', search).range).toBeNull();
    },
  );
});
