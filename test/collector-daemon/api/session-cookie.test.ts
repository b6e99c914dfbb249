import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { cookieNameFor, sessionCookies } from '../../../collector-daemon/api/session-cookie.ts';

test.each([
  [true, '; HttpOnly; Secure; SameSite=Strict'],
  [false, '; HttpOnly; SameSite=Strict'],
])('a session cookie where people come by HTTPS: %s', (secure, attributes) => {
  const set: string[] = [];
  const reply = {
    header: (_name: string, values: string[]) => set.push(...values),
  } as unknown as FastifyReply;
  const cookies = sessionCookies('a=1; n=secret; b=2', reply, { name: 'n', secure });
  expect(cookies.token).toBe('secret');
  cookies.set('fresh', 90_500);
  cookies.set('long', 10 * 365 * 86_400_000);
  cookies.clear();
  expect(set).toEqual([
    `n=fresh; Max-Age=90; Path=/${attributes}`,
    `n=long; Max-Age=34560000; Path=/${attributes}`,
    `n=; Max-Age=0; Path=/${attributes}`,
  ]);
});

test('the cookie has one name for a cluster, and another one for each installation and cluster', () => {
  const a = { cluster: 'nocturne', installation: 'a' };
  const names = [a, { ...a, installation: 'b' }, { ...a, cluster: 'other' }].map(cookieNameFor);
  expect(new Set(names).size).toBe(3);
  expect(cookieNameFor({ ...a })).toBe(names[0]);
  expect(names[0]).toMatch(/^nocturne_session_[0-9a-f]{12}$/);
});
