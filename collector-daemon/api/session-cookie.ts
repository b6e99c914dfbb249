/** The session cookie of the web console: HttpOnly, same-site, secure wherever the console is reached by HTTPS. */
import { createHash } from 'node:crypto';
import { getCookie, setCookie } from '@orpc/server/helpers';
import type { FastifyReply } from 'fastify';
import type { SessionCookies } from '../../service/operations/ports.ts';

/**
 * Browsers keep cookies by host, whatever the port: the web nodes of one installation share the login, two installations
 * on one host must not take each other's.
 */
export function cookieNameFor({
  cluster,
  installation,
}: {
  readonly cluster: string;
  readonly installation: string;
}): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([cluster, installation]))
    .digest('hex');
  return `nocturne_session_${hash.slice(0, 12)}`;
}

export interface CookieOptions {
  readonly name: string;
  readonly secure: boolean;
}

/** Browsers keep none for longer. */
const longestLifeMs = 400 * 86_400_000;

/** @param reply null where no cookie can be set any more (a WebSocket) */
export function sessionCookies(
  header: string | undefined,
  reply: FastifyReply | null,
  { name, secure }: CookieOptions,
): SessionCookies {
  const set = (value: string, lifeMs: number): void => {
    const headers = new Headers();
    setCookie(headers, name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      maxAge: Math.floor(Math.min(lifeMs, longestLifeMs) / 1_000),
    });
    reply?.header('set-cookie', headers.getSetCookie());
  };
  return {
    token: getCookie(new Headers(header === undefined ? {} : { cookie: header }), name) || null,
    set,
    clear: () => set('', 0),
  };
}
