/** The session cookie of the web console: HttpOnly, same-site, secure wherever the console is reached by HTTPS. */
import { getCookie, setCookie } from '@orpc/server/helpers';
import type { FastifyReply } from 'fastify';
import type { SessionCookies } from '../../service/operations/ports.ts';

const cookieName = 'nocturne_session';

/** Cookies of two nodes on one host (other ports) would overwrite each other, so the port is part of the name. */
export function cookieNameFor(port: number): string {
  return `${cookieName}_${port}`;
}

export interface CookieOptions {
  readonly name: string;
  readonly secure: boolean;
}

/** @param reply null where no cookie can be set any more (a WebSocket) */
export function sessionCookies(
  header: string | undefined,
  reply: FastifyReply | null,
  { name, secure }: CookieOptions,
): SessionCookies {
  const set = (value: string, expires: Date): void => {
    const headers = new Headers();
    setCookie(headers, name, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      expires,
    });
    reply?.header('set-cookie', headers.getSetCookie());
  };
  return {
    token: getCookie(new Headers(header === undefined ? {} : { cookie: header }), name) || null,
    set: (token, expiresAtMs) => set(token, new Date(expiresAtMs)),
    clear: () => set('', new Date(0)),
  };
}
