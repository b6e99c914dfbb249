/** Who calls, by what a request shows: an API token in its Authorization, else the session cookie. */
import type { IncomingHttpHeaders } from 'node:http';
import { apiTokenPrefix } from '../../core/contract/token.ts';
import { NocturneError } from '../../core/errors.ts';
import type { Actor, OperationServices } from '../../service/operations/context.ts';
import { actorOf, unknownToken } from '../../service/operations/login.ts';

/** The token of `Authorization: Bearer …` (RFC 6750); other schemes belong to proxies in front. */
export function bearerToken({ authorization }: IncomingHttpHeaders): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Never fails: what kept the caller from being recognised is for the gate to say. */
export async function recogniseCaller(
  services: Pick<OperationServices, 'pool'>,
  { bearer, cookie }: { readonly bearer: string | null; readonly cookie: string | null },
): Promise<Actor> {
  const unknown = { name: null, role: 'public' } as const;
  try {
    if (bearer === null) return await actorOf(services, cookie);
    const actor = bearer.startsWith(apiTokenPrefix) ? await actorOf(services, bearer) : unknown;
    return actor.name === null ? { ...unknown, problem: unknownToken() } : actor;
  } catch (problem) {
    // With the database away nobody can be recognised.
    return { ...unknown, problem };
  }
}

/** As browsers and programs name themselves, shortened for a list. */
export function clientName({ 'user-agent': agent }: IncomingHttpHeaders): string | null {
  const text = agent?.replaceAll(/[^\x20-\x7e]/g, '').trim() ?? '';
  return text === '' ? null : text.slice(0, 200);
}

/** Nobody may come in with what was shown; anything else is no fault of the caller's. */
export function isLoginProblem(problem: unknown): boolean {
  return problem instanceof NocturneError && problem.code === 'LOGIN_REQUIRED';
}
