/**
 * Logging in: a one-time token is traded for a session. Both are 256 random bits; the database holds only SHA-256 of
 * them, so reading it lets nobody in.
 */
import { createHash, randomBytes } from 'node:crypto';
import { NocturneError } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import type { UserRole } from './user.ts';

export interface Person {
  readonly name: string;
  readonly role: UserRole;
}

const loginTokenLifeMs = 15 * 60_000;
const sessionLifeMs = 12 * 3_600_000;

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** A token that logs the person in once, with this role. */
export async function createLoginToken(
  db: Queryable,
  wanted: { userId: Uuid; role: UserRole; createdBy: string; lifeMs?: number },
): Promise<{ token: string; expiresAtMs: number }> {
  const token = newToken();
  const { expiresAtMs } = await queryOne<{ expiresAtMs: number }>(
    db,
    `insert into login_token (token_hash, user_id, role, created_by, expires_at)
     values ($1, $2, $3, $4, now() + $5 * interval '1 ms') returning expires_at as "expiresAtMs"`,
    [
      hashOf(token),
      wanted.userId,
      wanted.role,
      wanted.createdBy,
      wanted.lifeMs ?? loginTokenLifeMs,
    ],
  );
  return { token, expiresAtMs };
}

/**
 * Uses up a login token and starts a session; call it inside a transaction.
 * @throws LOGIN_REQUIRED when the token is unknown, used or has run out
 */
export async function logIn(
  db: Queryable,
  token: string,
): Promise<Person & { sessionToken: string; expiresAtMs: number }> {
  const { rows } = await db.query<Person & { userId: Uuid }>(
    `update login_token set used_at = now() from app_user
     where token_hash = $1 and used_at is null and expires_at > now()
       and app_user.id = login_token.user_id and app_user.retired_at is null
     returning app_user.id as "userId", app_user.name, login_token.role`,
    [hashOf(token)],
  );
  const person = rows[0];
  if (person === undefined) {
    throw new NocturneError(
      'LOGIN_REQUIRED',
      'this login link was used already or has run out: make a new one with "nocturne user login-link"',
    );
  }
  const sessionToken = newToken();
  const { expiresAtMs } = await queryOne<{ expiresAtMs: number }>(
    db,
    `insert into user_session (id, token_hash, user_id, role, expires_at)
     values ($1, $2, $3, $4, now() + $5 * interval '1 ms') returning expires_at as "expiresAtMs"`,
    [makeUuid(systemClock), hashOf(sessionToken), person.userId, person.role, sessionLifeMs],
  );
  return { name: person.name, role: person.role, sessionToken, expiresAtMs };
}

/** Who holds the session, or null when it ended, ran out, or never was. */
export async function readSession(
  db: Queryable,
  sessionToken: string,
): Promise<(Person & { userId: Uuid }) | null> {
  const { rows } = await db.query<Person & { userId: Uuid }>(
    `select app_user.id as "userId", app_user.name, user_session.role
     from user_session join app_user on app_user.id = user_session.user_id
     where token_hash = $1 and ended_at is null and expires_at > now()
       and app_user.retired_at is null`,
    [hashOf(sessionToken)],
  );
  return rows[0] ?? null;
}

/** True when there was a session to end. */
export async function endSession(db: Queryable, sessionToken: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'update user_session set ended_at = now() where token_hash = $1 and ended_at is null',
    [hashOf(sessionToken)],
  );
  return (rowCount ?? 0) > 0;
}
