/** People and what they may do. */
import type { Person, PersonRole } from '../../../core/contract/people.ts';
import { NocturneError } from '../../../core/errors.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export type UserRole = PersonRole;

export interface User {
  readonly id: Uuid;
  readonly name: string;
  readonly role: UserRole;
}

const ranks: readonly UserRole[] = ['viewer', 'operator', 'admin'];

export function lesserRole(one: UserRole, other: UserRole): UserRole {
  return ranks.indexOf(one) <= ranks.indexOf(other) ? one : other;
}

/** The living person of that name; made with the role given where there is none. */
export async function ensureUser(db: Queryable, name: string, role: UserRole): Promise<User> {
  await db.query(
    `insert into app_user (id, name, role) values ($1, $2, $3)
     on conflict (name) where retired_at is null do nothing`,
    [makeUuid(systemClock), name, role],
  );
  return queryOne<User>(
    db,
    'select id, name, role from app_user where name = $1 and retired_at is null',
    [name],
  );
}

export async function findUser(db: Queryable, name: string): Promise<User | null> {
  const { rows } = await db.query<User>(
    'select id, name, role from app_user where name = $1 and retired_at is null',
    [name],
  );
  return rows[0] ?? null;
}

/** @throws CONFLICT where somebody of that name is there */
export async function insertUser(db: Queryable, name: string, role: UserRole): Promise<User> {
  const { rows } = await db.query<User>(
    `insert into app_user (id, name, role) values ($1, $2, $3)
     on conflict (name) where retired_at is null do nothing returning id, name, role`,
    [makeUuid(systemClock), name, role],
  );
  if (rows[0] !== undefined) return rows[0];
  throw new NocturneError('CONFLICT', `there is somebody named "${name}" already; see the list`);
}

/** Nobody has ever been let in; call it inside a transaction, which others then wait for. */
export async function isFirstUser(db: Queryable): Promise<boolean> {
  await db.query(`select pg_advisory_xact_lock(hashtext('nocturne_first_user'))`);
  const { first } = await queryOne<{ first: boolean }>(
    db,
    'select not exists (select from app_user) as first',
  );
  return first;
}

const shown = `app_user.id, app_user.name, app_user.role, app_user.created_at as "createdAtMs",
  (select count(*)::int from user_session session where session.user_id = app_user.id
    and session.ended_at is null and session.expires_at > now()) as logins,
  (select max(coalesce(session.last_used_at, session.created_at)) from user_session session
    where session.user_id = app_user.id) as "lastUsedAtMs"`;

export async function listPeople(db: Queryable): Promise<Person[]> {
  const { rows } = await db.query<Person>(
    `select ${shown} from app_user where retired_at is null order by name`,
  );
  return rows;
}

/** @throws NOT_FOUND */
export async function readPerson(db: Queryable, id: Uuid): Promise<Person> {
  const { rows } = await db.query<Person>(
    `select ${shown} from app_user where retired_at is null and id = $1`,
    [id],
  );
  if (rows[0] !== undefined) return rows[0];
  throw new NocturneError('NOT_FOUND', `there is nobody with the id ${id} who may log in`);
}

/**
 * The person, kept as it is until the transaction ends; so are all admins, of whom one must stay.
 * @throws NOT_FOUND
 */
export async function lockPerson(db: Queryable, id: Uuid): Promise<User & { lastAdmin: boolean }> {
  const { rows } = await db.query<User>(
    `select id, name, role from app_user
     where retired_at is null and (id = $1 or role = 'admin') order by id for update`,
    [id],
  );
  const user = rows.find((row) => row.id === id);
  if (user === undefined) return { ...(await readPerson(db, id)), lastAdmin: false };
  const admins = rows.filter(({ role }) => role === 'admin');
  return { ...user, lastAdmin: admins.length === 1 && admins[0]!.id === id };
}

/** Logins that are open go by it as well; consoles of the version before read it there. */
export async function setUserRole(db: Queryable, id: Uuid, role: UserRole): Promise<void> {
  await db.query('update app_user set role = $2 where id = $1', [id, role]);
  await db.query(
    `update user_session set role = nocturne_lesser_role($2, coalesce(role_at_most, role))
     where user_id = $1 and ended_at is null and expires_at > now()`,
    [id, role],
  );
}

export async function retireUser(db: Queryable, id: Uuid): Promise<void> {
  await db.query('update app_user set retired_at = now() where id = $1', [id]);
}
