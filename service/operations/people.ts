/** Operations on people and their logins. */
import type { Person, PersonRole } from '../../core/contract/people.ts';
import { NocturneError } from '../../core/errors.ts';
import type { Uuid } from '../../core/id.ts';
import { writeAudit } from '../store/people/audit.ts';
import { endSessionById, endSessionsOf, listOpenSessions } from '../store/people/login.ts';
import {
  insertUser,
  isFirstUser,
  lesserRole,
  listPeople,
  lockPerson,
  readPerson,
  retireUser,
  setUserRole,
} from '../store/people/user.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { transaction } from '../store/connection/transaction.ts';
import { actorName } from './actor-name.ts';
import type { OperationServices } from './context.ts';
import { gated } from './gate.ts';
import { issueFor, loginUrl } from './login.ts';

export const peopleOperations = {
  list: gated.people.list.handler(({ context }) => listPeople(context.services.pool)),
  add: gated.people.add.handler(({ context, input }) =>
    addPerson(context.services, actorName(context.actor), input),
  ),
  setRole: gated.people.setRole.handler(({ context, input }) =>
    changeRole(context.services, actorName(context.actor), input),
  ),
  disable: gated.people.disable.handler(({ context, input }) =>
    disablePerson(context.services, actorName(context.actor), input.id),
  ),
  loginLink: gated.people.loginLink.handler(({ context, input }) =>
    linkFor(context.services, actorName(context.actor), input),
  ),
  sessions: gated.people.sessions.handler(({ context: { services, actor } }) =>
    listOpenSessions(services.pool, actor.by && 'session' in actor.by ? actor.by.session : null),
  ),
  endSession: gated.people.endSession.handler(({ context, input }) =>
    endOne(context.services, actorName(context.actor), input.id),
  ),
  endSessions: gated.people.endSessions.handler(({ context, input }) =>
    endAll(context.services, actorName(context.actor), input.id),
  ),
};

interface PersonChange {
  readonly actor: string;
  readonly operation: string;
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

function audit(db: Queryable, { actor, operation, name, before, after }: PersonChange) {
  const subject = { subjectKind: 'user', subjectId: name };
  return writeAudit(db, { actor, operation, ...subject, before, after });
}

function addPerson(
  { pool }: OperationServices,
  actor: string,
  { name, role: given }: { name: string; role?: PersonRole | undefined },
): Promise<Person> {
  return transaction(pool, async (db) => {
    const role = given ?? ((await isFirstUser(db)) ? 'admin' : 'viewer');
    const { id } = await insertUser(db, name, role);
    await audit(db, { actor, operation: 'people.add', name, before: null, after: { role } });
    return readPerson(db, id);
  });
}

function changeRole(
  { pool }: OperationServices,
  actor: string,
  { id, role }: { id: Uuid; role: PersonRole },
): Promise<Person> {
  return transaction(pool, async (db) => {
    const before = await lockPerson(db, id);
    if (before.role === role) return readPerson(db, id);
    if (before.lastAdmin) throw lastAdmin(before.name);
    await setUserRole(db, id, role);
    const { name } = before;
    const operation = 'people.setRole';
    await audit(db, { actor, operation, name, before: { role: before.role }, after: { role } });
    return readPerson(db, id);
  });
}

function disablePerson(
  { pool }: OperationServices,
  actor: string,
  id: Uuid,
): Promise<{ ended: number }> {
  return transaction(pool, async (db) => {
    const before = await lockPerson(db, id);
    if (before.lastAdmin) throw lastAdmin(before.name);
    const ended = await endSessionsOf(db, id);
    await retireUser(db, id);
    const { name, role } = before;
    await audit(db, {
      actor,
      operation: 'people.disable',
      name,
      before: { role },
      after: { ended },
    });
    return { ended };
  });
}

function lastAdmin(name: string): NocturneError {
  return new NocturneError(
    'CONFLICT',
    `${name} is the only admin: make somebody else one first, or nobody could change anything`,
  );
}

async function linkFor(
  { pool, node }: OperationServices,
  actor: string,
  { id, roleAtMost }: { id: Uuid; roleAtMost?: PersonRole | undefined },
): Promise<{ url: string; expiresAtMs: number }> {
  const { token, expiresAtMs } = await transaction(pool, async (db) => {
    const person = await readPerson(db, id);
    const role = roleAtMost ?? 'admin';
    if (roleAtMost !== undefined && lesserRole(roleAtMost, person.role) !== roleAtMost) {
      throw new NocturneError(
        'INPUT_INVALID',
        `${person.name} is ${person.role}: change that first, a link alone gives nobody more`,
      );
    }
    return issueFor(db, person, { role, actor });
  });
  return { url: loginUrl(node.publicUrl, token), expiresAtMs };
}

function endOne({ pool }: OperationServices, actor: string, id: Uuid): Promise<{ ended: boolean }> {
  return transaction(pool, async (db) => {
    const ended = await endSessionById(db, id);
    if (ended === null) return { ended: false };
    const { name, client } = ended;
    const operation = 'people.endSession';
    await audit(db, { actor, operation, name, before: { session: id, client }, after: null });
    return { ended: true };
  });
}

function endAll({ pool }: OperationServices, actor: string, id: Uuid): Promise<{ ended: number }> {
  return transaction(pool, async (db) => {
    const { name } = await readPerson(db, id);
    const ended = await endSessionsOf(db, id);
    await audit(db, {
      actor,
      operation: 'people.endSessions',
      name,
      before: { ended },
      after: null,
    });
    return { ended };
  });
}
