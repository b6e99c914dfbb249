import { describe, expect, test } from 'vitest';
import { deepLinkIn, parseDeepLink } from '../../src-main/deep-link.ts';
import { parsePlace } from '../../src-renderer/route/route.ts';

const id = '0190a000-0000-7000-8000-000000000001';
const link = `nocturne://dashboard/${id}`;

describe('links to dashboards', () => {
  test.each([
    [link, `/console/dashboards/${id}`],
    [link.replace('0190a', '0190A'), `/console/dashboards/${id}`],
    [`${link}?from=now-15m`, `/console/dashboards/${id}?range=15m`],
    [`${link}?from=now-3h&to=now`, `/console/dashboards/${id}?range=3h`],
    [`${link}?from=1000&to=2000`, `/console/dashboards/${id}?from=1000&to=2000`],
    [
      `${link}?from=2026-11-21T03:00:00Z&to=2026-11-21T05:00:00%2B01:00`,
      `/console/dashboards/${id}?from=1795230000000&to=1795233600000`,
    ],
  ])('%s', (text, path) => {
    expect(parseDeepLink(text)).toEqual({ ok: true, value: path });
  });

  test.each([
    ['?from=now-15m', { kind: 'last', range: '15m' }],
    ['?from=1000&to=2000', expect.objectContaining({ fromMs: 1_000, toMs: 2_000 })],
    ['', null],
  ])('%s leads to a screen the console has, at that time', (time, expected) => {
    const path = parseDeepLink(`${link}${time}`);
    if (!path.ok) throw new Error(path.problem);
    const url = new URL(path.value, 'app://nocturne');
    expect(parsePlace(url.pathname, url.search)).toMatchObject({
      route: { screen: 'dashboard', id },
      time: expected,
    });
  });

  test.each([
    ['', 'not a link'],
    ['nocturne', 'not a link'],
    [`https://dashboard/${id}`, 'not a link'],
    [`javascript:alert(1)`, 'not a link'],
    [`nocturne://dashboard/`, 'not an id'],
    [`nocturne://dashboard/${id}/edit`, 'not an id'],
    [`nocturne://dashboard/../devices`, 'not an id'],
    [`${link}%2f..%2fdevices`, 'not an id'],
    [`nocturne://dashboard/<img src=x>`, 'not an id'],
    [`nocturne://settings/${id}`, 'links lead to dashboards'],
    [`nocturne://dashboard:80/${id}`, 'no user, port or fragment'],
    [`nocturne://root@dashboard/${id}`, 'no user, port or fragment'],
    [`${link}#token=abc`, 'no user, port or fragment'],
    [`${link}?database=postgres://x`, 'links have no "database"'],
    [`${link}?from=now-15m&from=now-1h`, 'stands twice'],
    [`${link}?to=now`, 'needs "from"'],
    [`${link}?from=yesterday`, 'fixed|not a time'],
    [`${link}?from=now-15`, 'not a duration'],
    [`${link}?from=now-15m%26x=1`, 'not a duration'],
    [`${link}?from=now-15m&to=2000`, 'ends at "now"'],
    [`${link}?from=1000`, 'needs a fixed "to"'],
    [`${link}?from=2000&to=1000`, 'before it begins'],
    [`${link}?from=2026-13-41T00:00:00Z&to=2000`, 'not a time'],
    [`${link}?from=2026-11-21T03:00:00&to=2000`, 'not a time'],
  ])('refused: %s', (text, problem) => {
    expect(parseDeepLink(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(new RegExp(problem)),
    });
  });
});

test('a link longer than any of ours is refused', () => {
  expect(parseDeepLink(`${link}?from=${'0'.repeat(3_000)}`).ok).toBe(false);
});

test('a link is found among the arguments of a second start', () => {
  expect(deepLinkIn(['/usr/bin/nocturne', '--no-sandbox', link])).toBe(link);
  expect(deepLinkIn(['/usr/bin/nocturne', `--open=${link}`])).toBeNull();
  const shouted = link.replace('nocturne:', 'NOCTURNE:');
  expect(deepLinkIn(['/usr/bin/nocturne', shouted])).toBe(shouted);
  expect(parseDeepLink(shouted)).toEqual(parseDeepLink(link));
});
