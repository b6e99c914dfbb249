import { describe, expect, it } from 'vitest';
import {
  listDashboards,
  readDashboard,
  saveDashboard,
} from '../../../../service/store/inventory/dashboard.ts';
import { listSubscriptions } from '../../../../service/store/inventory/subscription.ts';
import { defaultDashboardId } from '../../../../service/store/schema/default-dashboard.ts';
import { ensureDefaults } from '../../../../service/store/schema/defaults.ts';
import { ensureDemoDefaults } from '../../../../service/store/schema/demo-defaults.ts';
import { thisMachineDashboardId } from '../../../../service/store/schema/this-machine-dashboard.ts';
import { testDatabase } from '../../../support/database.ts';

const facts = { host: 'workshop', switches: 8 };

describe('the defaults of a demo', () => {
  it('tell the real machine from the simulated switches, and link both', async () => {
    await using db = await testDatabase();
    await ensureDefaults(db.pool);
    await ensureDemoDefaults(db.pool, facts);
    expect(await listDashboards(db.pool)).toMatchObject([
      { id: defaultDashboardId, title: 'Network overview', tags: ['demo'] },
      { id: thisMachineDashboardId, title: 'This machine', tags: ['home', 'demo'] },
    ]);
    const overview = await readDashboard(db.pool, defaultDashboardId);
    expect(overview.document.description).toContain('Simulated: 8 switches');
    expect(overview.document.links[0]?.dashboardId).toBe(thisMachineDashboardId);
    const machine = await readDashboard(db.pool, thisMachineDashboardId);
    expect(machine.document.description).toContain('(workshop)');
    expect(machine.document.links[0]?.dashboardId).toBe(defaultDashboardId);
    const asked = machine.document.panels.flatMap(({ query }) => query.selectors);
    expect(asked.every(({ devices }) => devices?.join() === 'workshop')).toBe(true);
    expect(await listSubscriptions(db.pool)).toMatchObject([
      { name: 'OpenConfig basics' },
      { name: 'This machine', tags: { origin: 'demo', role: 'host' } },
    ]);
  });

  it('change nothing the second time, and follow a machine that got another name', async () => {
    await using db = await testDatabase();
    await ensureDemoDefaults(db.pool, facts);
    await ensureDemoDefaults(db.pool, facts);
    expect((await readDashboard(db.pool, thisMachineDashboardId)).version).toBe(1);
    await ensureDemoDefaults(db.pool, { ...facts, host: 'cellar' });
    const { version, document } = await readDashboard(db.pool, thisMachineDashboardId);
    expect(version).toBe(2);
    expect(document.description).toContain('(cellar)');
  });

  it('leave alone what somebody saved or took away', async () => {
    await using db = await testDatabase();
    await ensureDemoDefaults(db.pool, facts);
    const id = thisMachineDashboardId;
    const { document } = await readDashboard(db.pool, id);
    const mine = { ...document, title: 'Mine' };
    await saveDashboard(db.pool, { id, baseVersion: 1, document: mine, actor: 'operator-1' });
    await db.pool.query(`update subscription set retired_at = now()`);
    await db.pool.query('update dashboard set retired_at = now() where id = $1', [
      defaultDashboardId,
    ]);
    await ensureDemoDefaults(db.pool, { ...facts, host: 'cellar' });
    expect(await listDashboards(db.pool)).toMatchObject([{ title: 'Mine', version: 2 }]);
    expect(await listSubscriptions(db.pool)).toEqual([]);
  });
});
