import { expect, test } from 'vitest';
import { createWatchedPool } from '../../../bench/size/plan-watch.ts';
import { largeScans, planOfNotice } from '../../../bench/size/statement-plan.ts';
import { testDatabase } from '../../support/database.ts';

test('of every statement that runs, what it read and how', async () => {
  await using db = await testDatabase();
  await using watched = createWatchedPool(db.url, { applicationName: 'test', size: 1 });
  const { pool } = watched;
  await pool.query('create table thing as select n as id from generate_series(1, 5000) as n');
  await pool.query('create index thing_id on thing (id)');
  await pool.query('analyze thing');
  watched.taken();
  await pool.query('select from thing where id = $1', [7]);
  await pool.query('select from thing where id + 0 = $1', [7]);
  await pool.query('begin');
  await pool.query('delete from thing where id = 8');
  await pool.query('commit');
  const [found, searched, deleted] = watched.taken();
  expect(found).toMatchObject({ text: 'select from thing where id = $1', rows: 1 });
  expect(found!.scans).toEqual([{ relation: 'thing', whole: false, rows: 1 }]);
  expect(largeScans(found!, 0)).toEqual([]);
  expect(searched!.scans).toEqual([{ relation: 'thing', whole: true, rows: 5_000 }]);
  expect(largeScans(searched!, 4_999)).toHaveLength(1);
  expect(largeScans(searched!, 5_000)).toEqual([]);
  expect(searched!.pages).toBeGreaterThan(found!.pages);
  expect(deleted!.scans).toEqual([{ relation: 'thing', whole: false, rows: 1 }]);
  expect(watched.taken()).toEqual([]);
});

test('other notices are none of a plan', () => {
  expect(planOfNotice('table "thing" does not exist, skipping')).toBeNull();
});
