/** Who is logged in, logging in and out, and login links. */
import { roles, type Role } from '../../core/contract/operation.ts';
import { apiTokenPrefix } from '../../core/contract/token.ts';
import { NocturneError } from '../../core/errors.ts';
import type { Uuid } from '../../core/id.ts';
import { apiTokenLifeMs, type FoundToken, readApiToken } from '../store/people/api-token.ts';
import { writeAudit } from '../store/people/audit.ts';
import { createLoginToken, endSession, logIn, readSession } from '../store/people/login.ts';
import type { DatabasePool } from '../store/connection/pool.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { transaction } from '../store/connection/transaction.ts';
import {
  ensureUser,
  findUser,
  isFirstUser,
  lesserRole,
  type User,
  type UserRole,
} from '../store/people/user.ts';
import { actorName } from './actor-name.ts';
import type { Actor, OperationContext, OperationServices } from './context.ts';
import { gated } from './gate.ts';

const nobody: Actor = { name: null, role: 'public' };

/** The actor of a session, or of an API token, by what it shows; for the transport, before each call. */
export async function actorOf(
  services: Pick<OperationServices, 'pool'>,
  shown: string | null,
): Promise<Actor> {
  if (shown === null) return nobody;
  if (shown.startsWith(apiTokenPrefix)) {
    const token = await readApiToken(services.pool, shown);
    return token === null ? nobody : tokenActor(token);
  }
  const person = await readSession(services.pool, shown);
  if (person === null) return nobody;
  const { name, role, sessionId } = person;
  return { name, role, by: { session: sessionId } };
}

function tokenActor({ tokenId, name, role }: FoundToken): Actor {
  return { name: `token ${name}`, role, by: { token: tokenId } };
}

export const loginOperations = {
  me: gated.system.me.handler(({ context: { actor } }) => {
    // "Nobody" would send people to the login page who are logged in.
    if (actor.problem !== undefined) throw actor.problem;
    return { name: actor.name, role: actor.role };
  }),
  login: gated.system.login.handler(({ context, input }) =>
    input.token.startsWith(apiTokenPrefix)
      ? enterWithApiToken(context, input.token)
      : enterWithLink(context, input.token),
  ),
  logout: gated.system.logout.handler(async ({ context }) => {
    const { token } = context.cookies;
    const ended = token !== null && (await leave(context.services.pool, token));
    context.cookies.clear();
    return { ended };
  }),
  loginLink: gated.system.loginLink.handler(({ context, input }) =>
    makeOwnLink(context.services, { actor: context.actor, role: input.role }),
  ),
};

type Login = Pick<Actor, 'role'> & { name: string };

async function enterWithLink({ services, cookies, client }: OperationContext, token: string) {
  const person = await transaction(services.pool, async (db) => {
    const entered = await logIn(db, token, client ?? null);
    await writeAudit(db, {
      actor: entered.name,
      operation: 'system.login',
      subjectKind: 'user',
      subjectId: entered.name,
      before: null,
      after: { role: entered.role },
    });
    return entered;
  });
  cookies.set(person.sessionToken, person.lifeMs);
  return { name: person.name, role: person.role } satisfies Login;
}

/** For wall boards: the browser keeps the token itself, so it is in until that is revoked or runs out. */
async function enterWithApiToken({ services, cookies }: OperationContext, token: string) {
  const found = await readApiToken(services.pool, token);
  if (found === null) throw unknownToken();
  const { name, role } = tokenActor(found);
  await writeAudit(services.pool, {
    actor: name!,
    operation: 'system.login',
    subjectKind: 'token',
    subjectId: found.tokenId,
    before: null,
    after: { role },
  });
  cookies.set(token, await apiTokenLifeMs(services.pool, found.tokenId));
  return { name: name!, role } satisfies Login;
}

export function unknownToken(): NocturneError {
  return new NocturneError(
    'LOGIN_REQUIRED',
    'this token is unknown, was revoked or has run out: ask an admin for another one ("nocturne token create")',
  );
}

/** True where a session ended. An API token in a browser is only forgotten there. */
function leave(pool: DatabasePool, sessionToken: string): Promise<boolean> {
  return transaction(pool, async (db) => {
    const name = await endSession(db, sessionToken);
    if (name === null) return false;
    await writeAudit(db, {
      actor: name,
      operation: 'system.logout',
      subjectKind: 'user',
      subjectId: name,
      before: null,
      after: null,
    });
    return true;
  });
}

/** A one-time link for the actor, with at most the actor's own role; it ends with the login it is made in. */
async function makeOwnLink(
  { pool, node }: OperationServices,
  { actor, role: wanted }: { actor: Actor; role: UserRole },
): Promise<{ url: string; expiresAtMs: number }> {
  if (actor.by !== undefined && 'token' in actor.by) {
    throw new NocturneError('FORBIDDEN', 'a token stands for nobody who could log in');
  }
  const name = actorName(actor);
  const role = lesser(wanted, actor.role);
  const sessionId = actor.by?.session;
  const { token, expiresAtMs } = await transaction(pool, async (db) => {
    const user = await ensureUser(db, name, role);
    return issueFor(db, user, { role, actor: name, sessionId });
  });
  return { url: loginUrl(node.publicUrl, token), expiresAtMs };
}

function lesser(wanted: UserRole, own: Role): UserRole {
  return roles.indexOf(wanted) <= roles.indexOf(own) ? wanted : (own as UserRole);
}

export interface LoginTokenIssued {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly person: User;
  /** Nobody of that name could log in before. */
  readonly isNew: boolean;
}

/**
 * A token that logs the person in once. Somebody new is a viewer, unless another role is asked for; the very first of an
 * installation is its admin.
 * @param role what the login may do at most; of somebody new, the person
 * @throws INPUT_INVALID where the person may do less than is asked for
 */
export function issueLoginToken(
  pool: DatabasePool,
  { name, role, actor }: { name: string; role?: UserRole | undefined; actor: string },
): Promise<LoginTokenIssued> {
  return transaction(pool, async (db) => {
    const isFirst = await isFirstUser(db);
    const known = await findUser(db, name);
    const person = known ?? (await ensureUser(db, name, role ?? (isFirst ? 'admin' : 'viewer')));
    const most = role ?? person.role;
    if (lesserRole(most, person.role) !== most) throw tooMuch(person, most);
    const made = await issueFor(db, person, { role: role ?? 'admin', actor });
    return { ...made, person, isNew: known === null };
  });
}

function tooMuch({ name, role }: User, wanted: UserRole): NocturneError {
  return new NocturneError(
    'INPUT_INVALID',
    `${name} is ${role}: change that first ("nocturne user role ${name} ${wanted}"), a link alone gives nobody more`,
  );
}

/** Stands in the audit log. */
export async function issueFor(
  db: Queryable,
  person: User,
  wanted: { role: UserRole; actor: string; sessionId?: Uuid | undefined },
): Promise<{ token: string; expiresAtMs: number }> {
  const { role, actor, sessionId } = wanted;
  const made = await createLoginToken(db, { userId: person.id, role, createdBy: actor, sessionId });
  await writeAudit(db, {
    actor,
    operation: 'system.loginLink',
    subjectKind: 'user',
    subjectId: person.name,
    before: null,
    after: { role: lesserRole(role, person.role), expiresAtMs: made.expiresAtMs },
  });
  return made;
}

/** The token stands behind `#`, which browsers send to nobody, so it is in no log. */
export function loginUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/console/login#token=${token}`;
}
