/** Operations on dashboards. */
import { makeUuid } from '../../core/id.ts';
import { writeAudit } from '../store/people/audit.ts';
import { listDashboards, readDashboard, saveDashboard } from '../store/inventory/dashboard.ts';
import { transaction } from '../store/connection/transaction.ts';
import { actorName } from './actor-name.ts';
import { gated } from './gate.ts';

export const dashboardOperations = {
  list: gated.dashboard.list.handler(({ context }) => listDashboards(context.services.pool)),
  get: gated.dashboard.get.handler(({ context, input }) =>
    readDashboard(context.services.pool, input.id, input.version),
  ),
  save: gated.dashboard.save.handler(({ context, input }) => {
    const { pool, clock } = context.services;
    const actor = actorName(context.actor);
    return transaction(pool, async (db) => {
      const id = input.id ?? makeUuid(clock);
      const saved = await saveDashboard(db, { ...input, id, actor });
      await writeAudit(db, {
        actor,
        operation: 'dashboard.save',
        subjectKind: 'dashboard',
        subjectId: id,
        // The documents themselves are kept by version.
        before: input.baseVersion === 0 ? null : { version: input.baseVersion },
        after: { version: saved.version, title: saved.document.title },
      });
      return saved;
    });
  }),
};
