/** What `nocturne user` and `nocturne token` list. */
import type { LoginSession, Person } from '../../core/contract/people.ts';
import type { ApiToken } from '../../core/contract/token.ts';
import { table } from './table.ts';

const minute = (ms: number | null) =>
  ms === null ? '–' : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`;

export function peopleListing(people: readonly Person[]): string {
  if (people.length === 0) return 'nobody yet; let somebody in with: nocturne user login-link NAME';
  return table(
    ['NAME', 'ROLE', 'LOGINS', 'LAST SEEN', 'SINCE'],
    people.map(({ name, role, logins, lastUsedAtMs, createdAtMs }) => [
      name,
      role,
      String(logins),
      minute(lastUsedAtMs),
      minute(createdAtMs),
    ]),
  );
}

export function loginsListing(logins: readonly LoginSession[]): string {
  if (logins.length === 0) return 'nobody is logged in';
  return table(
    ['NAME', 'ROLE', 'SINCE', 'LAST SEEN', 'UNTIL', 'ID', 'BROWSER'],
    logins.map((one) => [
      one.name,
      one.role,
      minute(one.startedAtMs),
      minute(one.lastUsedAtMs),
      minute(one.expiresAtMs),
      one.id,
      one.client ?? '',
    ]),
  );
}

export function tokensListing(tokens: readonly ApiToken[]): string {
  if (tokens.length === 0) return 'no tokens; make one with: nocturne token create NAME';
  return table(
    ['NAME', 'BEGINS', 'ROLE', 'LAST USED', 'UNTIL', 'MADE BY'],
    tokens.map((one) => [
      one.name,
      one.hint,
      one.role,
      minute(one.lastUsedAtMs),
      one.expired
        ? 'has run out'
        : one.expiresAtMs === null
          ? 'it is revoked'
          : minute(one.expiresAtMs),
      one.createdBy,
    ]),
  );
}
