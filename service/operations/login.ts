/** Who is logged in, logging in and out, and login links for others. */
import { roles, type Role } from '../../core/contract/operation.ts';
import { writeAudit } from '../store/people/audit.ts';
import { createLoginToken, endSession, logIn, readSession } from '../store/people/login.ts';
import { transaction } from '../store/connection/transaction.ts';
import { ensureUser, findUser, type UserRole } from '../store/people/user.ts';
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
  const { actor } = wanted;
  const role = lesser(wanted.role, actor.role);
  return transaction(pool, async (db) => {
    const name = actorName(actor);
    const user = (await findUser(db, name)) ?? (await ensureUser(db, name, role));
    const made = await createLoginToken(db, { userId: user.id, role, createdBy: name });
    await writeAudit(db, {
      actor: name,
      operation: 'system.loginLink',
      subjectKind: 'user',
      subjectId: user.name,
      before: null,
      after: { role, expiresAtMs: made.expiresAtMs },
    });
    return { url: loginUrl(node.publicUrl, made.token), expiresAtMs: made.expiresAtMs };
  });
}

function lesser(wanted: UserRole, own: Role): UserRole {
  return roles.indexOf(wanted) <= roles.indexOf(own) ? wanted : (own as UserRole);
}

/** The token stands behind `#`, which browsers send to nobody, so it is in no log. */
export function loginUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/console/login#token=${token}`;
}
