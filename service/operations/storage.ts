/** Operations on the storage: sizes and retention. */
import { writeAudit } from '../store/audit.ts';
import { readRetention, writeRetention } from '../store/retention-settings.ts';
import { recordedEngine } from '../store/storage-choice.ts';
import { transaction } from '../store/transaction.ts';
import { actorName } from './actor-name.ts';
import { gated } from './gate.ts';

export const storageOperations = {
  storage: gated.system.storage.handler(async ({ context }) => {
    const { pool } = context.services;
    const engine = await recordedEngine(pool);
    const [tables, retention] = await Promise.all([engine.sizes(), readRetention(pool)]);
    return { engine: engine.name, tables, retention };
  }),
  setRetention: gated.system.setRetention.handler(({ context, input }) => {
    const actor = actorName(context.actor);
    return transaction(
      context.services.pool,
      async (db) => {
        const before = await readRetention(db);
        const given = Object.fromEntries(
          Object.entries(input).filter(([, days]) => days !== undefined),
        );
        const after = await writeRetention(db, { retention: { ...before, ...given }, actor });
        await writeAudit(db, {
          actor,
          operation: 'system.setRetention',
          subjectKind: 'setting',
          subjectId: 'retention',
          before,
          after,
        });
        return after;
      },
      { actor },
    );
  }),
};
