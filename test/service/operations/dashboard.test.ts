import { describe, expect, test } from 'vitest';
import { saveDashboard } from '../../../service/store/inventory/dashboard.ts';
import {
  defaultDashboard,
  defaultDashboardId,
} from '../../../service/store/schema/default-dashboard.ts';
import { ensureDefaults } from '../../../service/store/schema/defaults.ts';
import { listSubscriptions } from '../../../service/store/inventory/subscription.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';

const document = { ...defaultDashboard, title: 'Mine' };

/** Resolves once a statement in the test's database waits for another transaction. */
async function waitingForLock(db: TestDatabase): Promise<void> {
  for (;;) {
    const { rows } = await db.pool.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`,
      [db.name],
    );
    if (rows[0]!.n > 0) return;
  }
}

describe('dashboards', () => {
  test('every version saved stays readable', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const first = await client.dashboard.save({ document });
    expect(first).toMatchObject({ version: 1, document, savedBy: 'the operator' });
    const second = await client.dashboard.save({
      id: first.id,
      baseVersion: 1,
      document: { ...document, title: 'Ours' },
    });
    expect(second.version).toBe(2);
    expect((await client.dashboard.get({ id: first.id })).document.title).toBe('Ours');
    expect((await client.dashboard.get({ id: first.id, version: 1 })).document.title).toBe('Mine');
    expect(await client.dashboard.list()).toMatchObject([
      { id: first.id, title: 'Ours', version: 2, panels: document.panels.length },
    ]);
    await expect(client.dashboard.get({ id: first.id, version: 3 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('of two who change the same version one is told, and loses nothing unseen', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const { id } = await client.dashboard.save({ document });
    const outcomes = await Promise.allSettled(
      ['A', 'B'].map((title) =>
        client.dashboard.save({ id, baseVersion: 1, document: { ...document, title } }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: {
        code: 'CONFLICT',
        message: expect.stringContaining('your change is on version 1, the newest is 2') as string,
      },
    });
    expect((await client.dashboard.get({ id })).version).toBe(2);
  });

  test('one who saves while another is saving is told, too', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const client = operationsAs(services, 'operator');
    const { id } = await client.dashboard.save({ document });
    using first = await db.connect();
    await first.query('begin');
    await saveDashboard(first, { id, baseVersion: 1, document, actor: 'anna' });
    const second = client.dashboard
      .save({ id, baseVersion: 1, document })
      .catch((cause: unknown) => cause);
    await waitingForLock(db);
    await first.query('commit');
    expect(await second).toMatchObject({ code: 'CONFLICT', status: 409 });
  });

  test('a fresh installation has one to open and something to collect, once', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    await Promise.all([ensureDefaults(db.pool), ensureDefaults(db.pool)]);
    const client = operationsAs(services, 'viewer');
    expect(await client.dashboard.list()).toMatchObject([
      { id: defaultDashboardId, title: 'Network overview', version: 1 },
    ]);
    expect((await client.dashboard.get({ id: defaultDashboardId })).document).toEqual(
      defaultDashboard,
    );
    expect((await listSubscriptions(db.pool)).map(({ name }) => name)).toEqual([
      'OpenConfig basics',
    ]);
    await db.pool.query('update dashboard set retired_at = now()');
    await ensureDefaults(db.pool);
    expect(await client.dashboard.list()).toEqual([]);
  });
});
