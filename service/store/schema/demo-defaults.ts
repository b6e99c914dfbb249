/**
 * What a demo starts with beyond the defaults: this machine as a dashboard of its own, told apart from the simulated
 * switches, and the counters of it that no switch has. What somebody changed or removed is left as it is.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { dashboardDocument, type DashboardDocument } from '../../../core/dashboard/document.ts';
import type { Uuid } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';
import { saveDashboard } from '../inventory/dashboard.ts';
import { insertSubscription, type Subscription } from '../inventory/subscription.ts';
import { defaultDashboard, defaultDashboardId } from './default-dashboard.ts';
import { defaultsActor as actor } from './defaults.ts';
import { thisMachineDashboard, thisMachineDashboardId } from './this-machine-dashboard.ts';

export interface DemoFacts {
  /** This machine's name in the inventory. */
  readonly host: string;
  /** How many simulated switches stand beside it. */
  readonly switches: number;
}

/** No switch is asked for this: some targets refuse a whole subscription for one path they do not know. */
const hostSubscription: Subscription = {
  id: '01980000-0000-7000-8000-000000000003' as Uuid,
  name: 'This machine',
  protocol: 'gnmi',
  paths: [
    {
      path: '/system/load/state',
      mode: 'sample',
      sampleIntervalMs: 5_000,
      heartbeatIntervalMs: 0,
      suppressRedundant: false,
    },
  ],
  deviceIds: null,
  tags: { origin: 'demo', role: 'host' },
  siteId: null,
  enabled: true,
};

/** Safe to run at every start: brings its own dashboards up to date as long as nobody else has saved them. */
export async function ensureDemoDefaults(pool: Pool, facts: DemoFacts): Promise<void> {
  await transaction(
    pool,
    async (client) => {
      await client.query(`select pg_advisory_xact_lock(hashtext('nocturne_defaults'))`);
      const known = await client.query('select from subscription where id = $1', [
        hostSubscription.id,
      ]);
      if (known.rowCount === 0) await insertSubscription(client, hostSubscription);
      await offer(client, thisMachineDashboardId, thisMachineDashboard(facts.host));
      await offer(client, defaultDashboardId, demoOverview(facts));
    },
    { actor },
  );
}

/** The network overview, with the word that most of this network is invented. */
export function demoOverview({ host, switches }: DemoFacts): DashboardDocument {
  return {
    ...defaultDashboard,
    description: `Simulated: ${switches} switches with invented traffic. Only ${host}, this machine, is real.`,
    tags: ['demo'],
    links: [{ title: 'This machine (real)', dashboardId: thisMachineDashboardId }],
  };
}

async function offer(db: Queryable, id: Uuid, document: DashboardDocument): Promise<void> {
  const { rows } = await db.query<{
    version: number;
    savedBy: string;
    retired: boolean;
    document: unknown;
  }>(
    `select dashboard.version, saved_by as "savedBy", document, retired_at is not null as retired
     from dashboard
     join dashboard_version saved on saved.dashboard_id = dashboard.id and saved.version = dashboard.version
     where dashboard.id = $1`,
    [id],
  );
  const newest = rows[0];
  if (newest === undefined) {
    await saveDashboard(db, { id, baseVersion: 0, document, actor });
    return;
  }
  const own = newest.savedBy === actor && !newest.retired;
  if (!own || isDeepStrictEqual(dashboardDocument.parse(newest.document), document)) return;
  await saveDashboard(db, { id, baseVersion: newest.version, document, actor });
}
