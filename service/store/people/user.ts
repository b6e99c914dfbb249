/** People and what they may do. */
import type { Role } from '../../../core/contract/operation.ts';
import { makeUuid, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import { queryOne, type Queryable } from '../connection/queryable.ts';

export type UserRole = Exclude<Role, 'public'>;

export interface User {
  readonly id: Uuid;
  readonly name: string;
  readonly role: UserRole;
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
