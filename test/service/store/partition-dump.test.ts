/** While `pg_dump` runs it holds a lock on every table: making partitions must not queue up in front of readers. */
import { expect, test } from 'vitest';
import { createPlainEngine } from '../../../service/store/engine-plain.ts';
import { testDatabase } from '../../support/database.ts';

const dayMs = 86_400_000;

test('a partition that a dump is in the way of is given up soon, and made once it is over', async () => {
  await using db = await testDatabase();
  const engine = createPlainEngine(db.pool);
  using dump = await db.connect();
  await dump.query('begin');
  await dump.query('lock table event_default, sample_default in access share mode');
  const later = Date.now() + 10 * dayMs;
  await expect(engine.prepare(later)).rejects.toMatchObject({ code: '55P03' });
  const { rows } = await db.pool.query('select count(*) as count from sample');
  expect(rows).toEqual([{ count: 0 }]);
  await dump.query('commit');
  expect((await engine.prepare(later)).length).toBeGreaterThan(0);
});
