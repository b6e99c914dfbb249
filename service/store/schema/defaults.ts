/** What a fresh installation starts with; nothing is put back that somebody removed. */
import type { Pool } from 'pg';
import { saveDashboard } from '../inventory/dashboard.ts';
import { defaultDashboard, defaultDashboardId } from './default-dashboard.ts';
import { defaultSubscription, earlierDefaultPaths } from './default-subscription.ts';
import { insertSubscription, replacePaths } from '../inventory/subscription.ts';
import { transaction } from '../connection/transaction.ts';

/** Who saved what nobody has changed since. */
export const defaultsActor = 'nocturne';

/**
 * Adds the default subscription and dashboard where there never was any, and brings the subscription up to date where
 * nobody has changed it; safe to run at every start.
 */
export async function ensureDefaults(pool: Pool): Promise<void> {
  await transaction(
    pool,
    async (client) => {
      // Two programs that start at once must not both see empty tables.
      await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_defaults'))`);
      const has = async (table: string) =>
        (await client.query(`select from ${table} limit 1`)).rowCount !== 0;
      if (!(await has('subscription'))) await insertSubscription(client, defaultSubscription);
      else await replacePaths(client, defaultSubscription, earlierDefaultPaths);
      if (!(await has('dashboard'))) {
        const id = defaultDashboardId;
        await saveDashboard(client, {
          id,
          baseVersion: 0,
          document: defaultDashboard,
          actor: defaultsActor,
        });
      }
    },
    { actor: defaultsActor },
  );
}
