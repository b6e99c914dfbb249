import { expect, test } from 'vitest';
import { startDaemon } from '../support/daemon.ts';
import { testDatabase } from '../support/database.ts';

test('a collector starts while a dump runs, says what has to wait, and makes up for it', async () => {
  await using db = await testDatabase();
  using dump = await db.connect();
  await dump.query('begin');
  await dump.query('lock table sample_default in access share mode');
  await using daemon = await startDaemon(db.url, 'node-a');
  await daemon.line('runs as both');
  await daemon.line('partitions: partitions of sample have to wait: somebody has been reading it');
  await dump.query('commit');
  expect(await daemon.stop()).toBe(0);
  await using again = await startDaemon(db.url, 'node-a');
  await again.line('runs as both');
  const { rows } = await db.pool.query(
    `select count(*)::int from pg_inherits where inhparent = 'sample'::regclass`,
  );
  expect(rows).toEqual([{ count: 1 + 5 }]);
});
