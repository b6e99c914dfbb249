import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { operationsAs, testServices } from '../../support/operation-client.ts';

describe('the storage', () => {
  test('shows its tables and changes how long they are kept, with an entry in the audit log', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const viewer = operationsAs(services, 'viewer').system;
    const shown = await viewer.storage();
    expect(shown.engine).toBe('plain');
    expect(shown.tables.map(({ table }) => table)).toContain('sample');
    expect(shown.retention).toMatchObject({ rawDays: 30, minuteDays: 180 });

    const admin = operationsAs(services, 'admin').system;
    expect(await admin.setRetention({ rawDays: 7 })).toEqual({ ...shown.retention, rawDays: 7 });
    expect((await viewer.storage()).retention.rawDays).toBe(7);
    const { rows } = await db.pool.query(
      `select before->'rawDays' as before, after->'rawDays' as after from audit
       where operation = 'system.setRetention'`,
    );
    expect(rows).toEqual([{ before: 30, after: 7 }]);
  });

  test('refuses a finer tier that would outlive a coarser one', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const admin = operationsAs(services, 'admin').system;
    await expect(admin.setRetention({ rawDays: 200 })).rejects.toThrow(
      'a coarser tier must be kept at least as long as the finer one',
    );
    expect((await admin.storage()).retention.rawDays).toBe(30);
  });
});
