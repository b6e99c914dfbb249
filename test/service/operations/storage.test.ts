import { describe, expect, test } from 'vitest';
import { createPlainEngine } from '../../../service/store/storage/engine-plain.ts';
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

  test('says how long partitions are, and lets an admin set it', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const viewer = operationsAs(services, 'viewer').system;
    expect((await viewer.storage()).partitionLength).toEqual({ minutes: 1_440, chosenBy: 'rate' });
    const admin = operationsAs(services, 'admin').system;
    expect(await admin.setPartitionLength({ minutes: 120 })).toEqual({ minutes: 120 });
    await createPlainEngine(db.pool).revisePartitionLength(Date.UTC(2026, 10, 21));
    expect((await viewer.storage()).partitionLength).toEqual({ minutes: 120, chosenBy: 'admin' });
    await admin.setPartitionLength({ minutes: null });
    expect((await viewer.storage()).partitionLength).toEqual({ minutes: 120, chosenBy: 'rate' });
    await expect(admin.setPartitionLength({ minutes: 17 as 15 })).rejects.toThrow(/minutes/);
    await expect(admin.setPartitionLength({ minutes: 15 })).rejects.toThrow(
      'partitions of 15 minutes would be 3,072 where raw samples are kept for 30 days: choose partitions of 120 minutes or more',
    );
    await expect(viewer.setPartitionLength({ minutes: 60 })).rejects.toThrow(
      /needs the role admin/,
    );
    const { rows } = await db.pool.query(
      `select before, after from audit where operation = 'system.setPartitionLength' order by id`,
    );
    expect(rows).toEqual([
      { before: { minutes: null }, after: { minutes: 120 } },
      { before: { minutes: 120 }, after: { minutes: null } },
    ]);
  });

  test('keeps raw samples no longer than short partitions allow', async () => {
    await using db = await testDatabase();
    await using services = testServices(db);
    const admin = operationsAs(services, 'admin').system;
    await admin.setRetention({ rawDays: 3 });
    await admin.setPartitionLength({ minutes: 15 });
    await expect(admin.setRetention({ rawDays: 4 })).rejects.toThrow(
      'partitions of 15 minutes would be 576 where raw samples are kept for 4 days: choose partitions of 30 minutes or more, or keep raw samples for a shorter time',
    );
    expect((await admin.storage()).retention.rawDays).toBe(3);
    await admin.setPartitionLength({ minutes: null });
    await admin.setRetention({ rawDays: 4 });
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
