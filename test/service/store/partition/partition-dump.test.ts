/** While `pg_dump` runs it holds a lock on every table: making partitions must not queue up in front of readers. */
import { expect, test, vi } from 'vitest';
import { createPlainEngine } from '../../../../service/store/storage/engine-plain.ts';
import { testDatabase } from '../../../support/database.ts';

const dayMs = 86_400_000;
const waiting = `select mode from pg_locks where relation = 'sample_default'::regclass and not granted`;

test('a partition that a dump is in the way of is given up soon, and made once it is over', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  using dump = await db.connect();
  await dump.query('begin');
  await dump.query('lock table sample_default in access share mode');
  const later = Date.now() + 10 * dayMs;
  const preparing = engine.prepare(later);
  preparing.catch(() => {});
  await vi.waitFor(async () => expect((await db.pool.query(waiting)).rowCount).toBe(1));
  // Behind the one who waits; the dump goes on, so this answers only because that one gives up.
  const { rows } = await db.pool.query('select count(*) as count from sample');
  expect(rows).toEqual([{ count: 0 }]);
  await expect(preparing).rejects.toThrow(
    'partitions of sample have to wait: somebody has been reading it for more than 2 s',
  );
  const others = await db.pool.query(
    `select from pg_inherits where inhparent in ('sample_text'::regclass, 'event'::regclass)`,
  );
  expect(others.rowCount).toBe(2 * (1 + 5));
  await dump.query('commit');
  expect(await engine.prepare(later)).toHaveLength(5);
});

test('a default partition that cannot be looked through soon is not locked at all', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  // What takes long here is the wait for this lock: not the partition's size, but the same to who looks.
  using holder = await db.connect();
  await holder.query('begin');
  await holder.query('lock table sample_default in access exclusive mode');
  const preparing = engine.prepare(Date.now());
  preparing.catch(() => {});
  await vi.waitFor(async () => expect((await db.pool.query(waiting)).rowCount).toBe(1));
  const { rows } = await db.pool.query(waiting);
  expect(rows).toEqual([{ mode: 'AccessShareLock' }]);
  await expect(preparing).rejects.toThrow(
    'partitions of sample have to wait: sample_default takes too long to look through',
  );
  await holder.query('commit');
  expect(await engine.prepare(Date.now())).toHaveLength(5);
});
