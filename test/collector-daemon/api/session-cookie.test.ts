import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { sessionCookies } from '../../../collector-daemon/api/session-cookie.ts';

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
  cookies.set('fresh', Date.UTC(2026, 0, 1));
  cookies.clear();
  expect(set).toEqual([
    `n=fresh; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT${attributes}`,
    `n=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT${attributes}`,
  ]);
});
