/** The session cookie of the web console: HttpOnly, same-site, secure wherever the console is reached by HTTPS. */
import { fastifyCookie } from '@fastify/cookie';
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
  const attributes = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  const parsed = header === undefined ? {} : fastifyCookie.parse(header);
  return {
    token: parsed[name] ?? null,
    set(token, expiresAtMs) {
      reply?.header(
        'set-cookie',
        fastifyCookie.serialize(name, token, { ...attributes, expires: new Date(expiresAtMs) }),
      );
    },
    clear() {
      reply?.header(
        'set-cookie',
        fastifyCookie.serialize(name, '', { ...attributes, expires: new Date(0) }),
      );
    },
  };
}
