/** Who is logged in, logging in and out, and login links for others. */
import { roles, type Role } from '../../core/contract/operation.ts';
import { writeAudit } from '../store/people/audit.ts';
import { createLoginToken, endSession, logIn, readSession } from '../store/people/login.ts';
import type { DatabasePool } from '../store/connection/pool.ts';
import { transaction } from '../store/connection/transaction.ts';
import { ensureUser, type UserRole } from '../store/people/user.ts';
import { actorName } from './actor-name.ts';
import type { Actor, OperationServices } from './context.ts';
import { gated } from './gate.ts';

const nobody: Actor = { name: null, role: 'public' };

/** The actor of a session cookie; for the transport, before each call. */
export async function actorOf(
  services: Pick<OperationServices, 'pool'>,
  sessionToken: string | null,
): Promise<Actor> {
  if (sessionToken === null) return nobody;
  const person = await readSession(services.pool, sessionToken);
  return person === null ? nobody : { name: person.name, role: person.role };
}

export const loginOperations = {
  me: gated.system.me.handler(({ context: { actor } }) => {
    // "Nobody" would send people to the login page who are logged in.
    if (actor.problem !== undefined) throw actor.problem;
    return { name: actor.name, role: actor.role };
  }),
  login: gated.system.login.handler(async ({ context, input }) => {
    const person = await transaction(context.services.pool, async (db) => {
      const entered = await logIn(db, input.token);
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
    context.cookies.set(person.sessionToken, person.expiresAtMs);
    return { name: person.name, role: person.role };
  }),
  logout: gated.system.logout.handler(async ({ context }) => {
    const { token } = context.cookies;
    const ended = token !== null && (await endSession(context.services.pool, token));
    context.cookies.clear();
    return { ended };
  }),
  loginLink: gated.system.loginLink.handler(({ context, input }) =>
    makeLoginLink(context.services, { actor: context.actor, role: input.role }),
  ),
};

/** A one-time link for the actor, with at most the actor's own role. */
async function makeLoginLink(
  { pool, node }: OperationServices,
  wanted: { actor: Actor; role: UserRole },
): Promise<{ url: string; expiresAtMs: number }> {
  const name = actorName(wanted.actor);
  const role = lesser(wanted.role, wanted.actor.role);
  const { token, expiresAtMs } = await issueLoginToken(pool, { name, role, actor: name });
  return { url: loginUrl(node.publicUrl, token), expiresAtMs };
}

/** A token that logs the person in once, with this role; somebody new is made with it. Stands in the audit log. */
export function issueLoginToken(
  pool: DatabasePool,
  { name, role, actor }: { name: string; role: UserRole; actor: string },
): Promise<{ token: string; expiresAtMs: number }> {
  return transaction(pool, async (db) => {
    const user = await ensureUser(db, name, role);
    const made = await createLoginToken(db, { userId: user.id, role, createdBy: actor });
    await writeAudit(db, {
      actor,
      operation: 'system.loginLink',
      subjectKind: 'user',
      subjectId: name,
      before: null,
      after: { role, expiresAtMs: made.expiresAtMs },
    });
    return made;
  });
}

function lesser(wanted: UserRole, own: Role): UserRole {
  return roles.indexOf(wanted) <= roles.indexOf(own) ? wanted : (own as UserRole);
}

/** The token stands behind `#`, which browsers send to nobody, so it is in no log. */
export function loginUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/console/login#token=${token}`;
}
