/**
 * Logging in: a one-time token is traded for a session. Both are 256 random bits; the database holds only SHA-256 of
 * them, so reading it lets nobody in. What a session may do is read from the person at each call. All times are the
 * database's.
 */
import type { LoginSession } from '../../../core/contract/people.ts';
import { NocturneError } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';
import { hashOf, newToken } from './random-token.ts';
import { lesserRole, type UserRole } from './user.ts';

export interface Person {
  readonly name: string;
  readonly role: UserRole;
}

const loginTokenLifeMs = 15 * 60_000;
const sessionLifeMs = 12 * 3_600_000;

export interface LoginTokenWish {
  readonly userId: Uuid;
  /** What a session of it may do at most; never more than the person may at that moment. */
  readonly role: UserRole;
  readonly createdBy: string;
  readonly lifeMs?: number;
  /** The login it is made in, for another browser of the same person: it ends with that. */
  readonly sessionId?: Uuid | undefined;
}

/** A token that logs the person in once. */
export async function createLoginToken(
  db: Queryable,
  wanted: LoginTokenWish,
): Promise<{ token: string; expiresAtMs: number }> {
  const token = newToken();
  const { expiresAtMs } = await queryOne<{ expiresAtMs: number }>(
    db,
    `insert into login_token (token_hash, user_id, role, role_at_most, created_by, expires_at, session_id)
     select $1, app_user.id, nocturne_lesser_role(app_user.role, $3), $3, $4,
       now() + $5 * interval '1 ms', $6 from app_user where id = $2
     returning expires_at as "expiresAtMs"`,
    [
      hashOf(token),
      wanted.userId,
      wanted.role,
      wanted.createdBy,
      wanted.lifeMs ?? loginTokenLifeMs,
      wanted.sessionId ?? null,
    ],
  );
  return { token, expiresAtMs };
}

export interface Entered extends Person {
  readonly sessionToken: string;
  readonly lifeMs: number;
}

/**
 * Uses up a login token and starts a session; call it inside a transaction.
 * @param client what the browser calls itself
 * @throws LOGIN_REQUIRED when the token is unknown, used or has run out
 */
export async function logIn(
  db: Queryable,
  token: string,
  client: string | null = null,
): Promise<Entered> {
  const { rows } = await db.query<Person & { userId: Uuid; roleAtMost: UserRole }>(
    `update login_token set used_at = now() from app_user
     where token_hash = $1 and used_at is null and expires_at > now()
       and app_user.id = login_token.user_id and app_user.retired_at is null
       and (session_id is null or exists (select from user_session made_in
         where made_in.id = session_id and made_in.ended_at is null and made_in.expires_at > now()))
     returning app_user.id as "userId", app_user.name, app_user.role,
       coalesce(login_token.role_at_most, login_token.role) as "roleAtMost"`,
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
  const role = lesserRole(person.role, person.roleAtMost);
  await db.query(
    `insert into user_session (id, token_hash, user_id, role, role_at_most, expires_at, last_used_at, client)
     values ($1, $2, $3, $4, $5, now() + $6 * interval '1 ms', now(), $7)`,
    [
      makeUuid(systemClock),
      hashOf(sessionToken),
      person.userId,
      role,
      person.roleAtMost,
      sessionLifeMs,
      client,
    ],
  );
  return { name: person.name, role, sessionToken, lifeMs: sessionLifeMs };
}

export interface FoundSession extends Person {
  readonly userId: Uuid;
  readonly sessionId: Uuid;
}

/** A session of the version before goes by the role that it began with, at most. */
const effectiveRole = `nocturne_lesser_role(app_user.role, coalesce(session.role_at_most, session.role))`;
const isOpen = `session.ended_at is null and session.expires_at > now() and app_user.retired_at is null`;

/** Who holds the session, and what the person may do now; null when it ended, ran out, or never was. */
export async function readSession(
  db: Queryable,
  sessionToken: string,
): Promise<FoundSession | null> {
  const { rows } = await db.query<FoundSession & { seen: boolean }>(
    `select app_user.id as "userId", app_user.name, session.id as "sessionId", ${effectiveRole} as role,
       coalesce(session.last_used_at > now() - interval '1 min', false) as seen
     from user_session session join app_user on app_user.id = session.user_id
     where session.token_hash = $1 and ${isOpen}`,
    [hashOf(sessionToken)],
  );
  if (rows[0] === undefined) return null;
  const { seen, ...found } = rows[0];
  if (!seen) await markUsed(db, found.sessionId);
  return found;
}

/** Coarse, and no reason to refuse anybody. */
async function markUsed(db: Queryable, id: Uuid): Promise<void> {
  await db
    .query('update user_session set last_used_at = now() where id = $1', [id])
    .catch(() => {});
}

/** Those that are open, newest first. */
export async function listOpenSessions(db: Queryable, ownId: Uuid | null): Promise<LoginSession[]> {
  const { rows } = await db.query<LoginSession>(
    `select session.id, app_user.id as "personId", app_user.name, ${effectiveRole} as role,
       session.created_at as "startedAtMs", session.expires_at as "expiresAtMs",
       session.last_used_at as "lastUsedAtMs", session.client,
       session.id is not distinct from $1::uuid as own
     from user_session session join app_user on app_user.id = session.user_id
     where ${isOpen} order by session.created_at desc, session.id`,
    [ownId],
  );
  return rows;
}

/** Whose session was ended; null where there was none to end. */
export async function endSession(db: Queryable, sessionToken: string): Promise<string | null> {
  const { rows } = await db.query<{ name: string }>(
    `update user_session session set ended_at = now() from app_user
     where app_user.id = session.user_id and token_hash = $1 and ended_at is null returning name`,
    [hashOf(sessionToken)],
  );
  return rows[0]?.name ?? null;
}

/** The same by its id, for an admin. */
export async function endSessionById(
  db: Queryable,
  id: Uuid,
): Promise<{ name: string; client: string | null } | null> {
  const { rows } = await db.query<{ name: string; client: string | null }>(
    `update user_session session set ended_at = now() from app_user
     where app_user.id = session.user_id and session.id = $1 and ended_at is null
       and expires_at > now() returning name, client`,
    [id],
  );
  return rows[0] ?? null;
}

/** All of a person, and links that were not used yet. Answers how many sessions were open. */
export async function endSessionsOf(db: Queryable, userId: Uuid): Promise<number> {
  await db.query(
    'update login_token set expires_at = now() where user_id = $1 and used_at is null and expires_at > now()',
    [userId],
  );
  const { rowCount } = await db.query(
    'update user_session set ended_at = now() where user_id = $1 and ended_at is null and expires_at > now()',
    [userId],
  );
  return rowCount ?? 0;
}
