import { describe, expect, test } from 'vitest';
import type { ReadRoute } from '../../../service/query/read-route.ts';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const path = '/system/memory/state/used';
const never = new AbortController().signal;

/** A database with one device of that name. */
async function named(name: string): Promise<TestDatabase> {
  const db = await testDatabase();
  const device = await addDeviceRow(db.pool, name);
  const id = await addSeries(db.pool, device, path, { kind: 'gauge', unit: '1' });
  await addSamples(db.pool, id, [{ timeMs: noon, value: 1 }]);
  return db;
}

test('without a replica every read goes to the primary, and is counted as such', async () => {
  await using db = await named('leaf-01');
  const routes: ReadRoute[] = [];
  const source = createStoreSource(db.pool, { routed: (way) => routes.push(way) });
  expect(await source.findSeries([{ path: '/' }], never)).toHaveLength(1);
  expect(routes).toEqual(['primary']);
});

describe('giving up', () => {
  test.each(['read', 'readGroups'] as const)('ends %s in the database', async (what) => {
    await using db = await named('leaf-01');
    using blocker = await db.connect();
    await blocker.query('begin; lock table sample in access exclusive mode');
    const source = createStoreSource(db.pool);
    const controller = new AbortController();
    const range = { fromMs: noon, toMs: noon + 1_000 };
    const [series] = await source.findSeries([{ path }], never);
    const common = { range, measure: 'value', nowMs: noon } as const;
    const running =
      what === 'read'
        ? source.read(
            { ...common, seriesIds: [series!.id], plan: { pointsPerSeries: 10, bucketMs: 1_000 } },
            controller.signal,
          )
        : source.readGroups(
            {
              ...common,
              groups: [[series!.id]],
              average: 'arithmetic',
              reduction: 'avg',
              percentile: 95,
              across: 'sum',
              buckets: { by: 'width', widthMs: 1_000 },
            },
            controller.signal,
          );
    const waiting = `select count(*) as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%sample%'`;
    const count = async () => (await db.pool.query<{ n: number }>(waiting)).rows[0]!.n;
    while ((await count()) === 0);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(await count()).toBe(0);
    await blocker.query('rollback');
  });
});
