/** API tokens. Shown once, when they are made; kept as SHA-256. Their times are the database's. */
import { type ApiToken, apiTokenPrefix } from '../../../core/contract/token.ts';
import { NocturneError } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { hashOf, newToken } from './random-token.ts';
import type { UserRole } from './user.ts';

const shown = `id, name, hint, role, created_by as "createdBy", created_at as "createdAtMs",
  expires_at as "expiresAtMs", last_used_at as "lastUsedAtMs", coalesce(expires_at <= now(), false) as expired`;

export interface ApiTokenWish {
  readonly name: string;
  readonly role: UserRole;
  readonly createdBy: string;
  /** null: never */
  readonly expiresInDays: number | null;
}

/** @throws CONFLICT where one of that name was not revoked */
export async function insertApiToken(
  db: Queryable,
  wanted: ApiTokenWish,
): Promise<ApiToken & { token: string }> {
  const token = `${apiTokenPrefix}${newToken()}`;
  const { rows } = await db.query<ApiToken>(
    `insert into api_token (id, name, hint, token_hash, role, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 day')
     on conflict (name) where revoked_at is null do nothing returning ${shown}`,
    [
      makeUuid(systemClock),
      wanted.name,
      token.slice(0, apiTokenPrefix.length + 4),
      hashOf(token),
      wanted.role,
      wanted.createdBy,
      wanted.expiresInDays,
    ],
  );
  if (rows[0] !== undefined) return { ...rows[0], token };
  throw new NocturneError(
    'CONFLICT',
    `there is a token named "${wanted.name}" already: revoke it first, or choose another name`,
  );
}

/** Those that were not revoked. */
export async function listApiTokens(db: Queryable): Promise<ApiToken[]> {
  const { rows } = await db.query<ApiToken>(
    `select ${shown} from api_token where revoked_at is null order by name`,
  );
  return rows;
}

/** @throws NOT_FOUND */
export async function revokeApiToken(db: Queryable, id: Uuid): Promise<ApiToken> {
  const { rows } = await db.query<ApiToken>(
    `update api_token set revoked_at = now() where id = $1 and revoked_at is null returning ${shown}`,
    [id],
  );
  if (rows[0] !== undefined) return rows[0];
  throw new NocturneError('NOT_FOUND', `there is no token with the id ${id}; see the list`);
}

export interface FoundToken {
  readonly tokenId: Uuid;
  readonly name: string;
  readonly role: UserRole;
}

/** Null where it is unknown, was revoked or has run out. */
export async function readApiToken(db: Queryable, token: string): Promise<FoundToken | null> {
  const { rows } = await db.query<FoundToken & { seen: boolean }>(
    `select id as "tokenId", name, role,
       coalesce(last_used_at > now() - interval '1 min', false) as seen
     from api_token
     where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
    [hashOf(token)],
  );
  if (rows[0] === undefined) return null;
  const { seen, ...found } = rows[0];
  if (!seen) await markUsed(db, found.tokenId);
  return found;
}

/** Coarse, and no reason to refuse anybody. */
async function markUsed(db: Queryable, id: Uuid): Promise<void> {
  await db.query('update api_token set last_used_at = now() where id = $1', [id]).catch(() => {});
}

/** Until it runs out, or ten years. */
export async function apiTokenLifeMs(db: Queryable, id: Uuid): Promise<number> {
  const { lifeMs } = await queryOne<{ lifeMs: number }>(
    db,
    `select (extract(epoch from coalesce(expires_at - now(), interval '3650 days')) * 1000)::float8 as "lifeMs"
     from api_token where id = $1`,
    [id],
  );
  return lifeMs;
}
