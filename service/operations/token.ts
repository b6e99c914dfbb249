/** Operations on API tokens. */
import { insertApiToken, listApiTokens, revokeApiToken } from '../store/people/api-token.ts';
import { writeAudit } from '../store/people/audit.ts';
import { transaction } from '../store/connection/transaction.ts';
import { actorName } from './actor-name.ts';
import { gated } from './gate.ts';

export const tokenOperations = {
  list: gated.token.list.handler(({ context }) => listApiTokens(context.services.pool)),
  create: gated.token.create.handler(({ context, input }) => {
    const actor = actorName(context.actor);
    return transaction(context.services.pool, async (db) => {
      const made = await insertApiToken(db, { ...input, createdBy: actor });
      const { id, name, role, expiresAtMs, hint } = made;
      await writeAudit(db, {
        actor,
        operation: 'token.create',
        subjectKind: 'token',
        subjectId: id,
        before: null,
        after: { name, role, expiresAtMs, hint },
      });
      return made;
    });
  }),
  revoke: gated.token.revoke.handler(({ context, input }) => {
    const actor = actorName(context.actor);
    return transaction(context.services.pool, async (db) => {
      const revoked = await revokeApiToken(db, input.id);
      const { id, name, role } = revoked;
      await writeAudit(db, {
        actor,
        operation: 'token.revoke',
        subjectKind: 'token',
        subjectId: id,
        before: { name, role },
        after: null,
      });
      return revoked;
    });
  }),
};
