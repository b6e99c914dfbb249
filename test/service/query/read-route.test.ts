import { describe, expect, test } from 'vitest';
import { createStoreSource } from '../../../service/query/store-source.ts';
import { createPool, type DatabasePool } from '../../../service/store/pool.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { addDeviceRow, addSamples, addSeries } from '../../support/telemetry-rows.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const path = '/system/memory/state/used';
const never = new AbortController().signal;

/** A database whose only device tells which one it is. */
async function named(name: string): Promise<TestDatabase> {
  const db = await testDatabase();
  const device = await addDeviceRow(db.pool, name);
  const id = await addSeries(db.pool, device, path, { kind: 'gauge', unit: '1' });
  await addSamples(db.pool, id, [{ timeMs: noon, value: 1 }]);
  return db;
}

/** Makes a database say it is a standby that replayed something so long ago; null: nothing yet. */
async function standIn(db: TestDatabase, lagMs: number | null): Promise<DatabasePool> {
  const at = lagMs === null ? 'null' : `clock_timestamp() - interval '${lagMs} ms'`;
  await db.pool.query(`create schema if not exists standby`);
  await db.pool.query(
    `create or replace function standby.pg_is_in_recovery() returns boolean language sql as 'select true'`,
  );
  await db.pool.query(
    `create or replace function standby.pg_last_xact_replay_timestamp() returns timestamptz
     language sql as $$ select (${at})::timestamptz $$`,
  );
  const url = new URL(db.url);
  url.searchParams.set('options', '-c search_path=standby,pg_catalog,public');
  return createPool(url.href, { applicationName: 'stand-in', size: 2 });
}

function reader(primary: TestDatabase, replica: DatabasePool) {
  let nowMs = noon;
  const source = createStoreSource(primary.pool, { replica, clock: { nowMs: () => nowMs } });
  return {
    pass: (ms: number) => {
      nowMs += ms;
    },
    readsFrom: async (signal = never) =>
      (await source.findSeries([{ path: '/' }], signal))[0]!.device,
  };
}

describe('reading from a replica', () => {
  test('goes to it while it is up to date, and to the primary while it lags', async () => {
    await using primary = await named('primary');
    await using second = await named('replica');
    await using replica = await standIn(second, 2_000);
    const { readsFrom, pass } = reader(primary, replica);
    expect(await readsFrom()).toBe('replica');
    await standIn(second, 60_000).then((pool) => pool[Symbol.asyncDispose]());
    expect(await readsFrom()).toBe('replica');
    pass(1_000);
    expect(await readsFrom()).toBe('primary');
    expect(await readsFrom()).toBe('primary');
    await standIn(second, 0).then((pool) => pool[Symbol.asyncDispose]());
    pass(1_000);
    expect(await readsFrom()).toBe('replica');
  });

  test('a standby that has replayed nothing yet is not asked', async () => {
    await using primary = await named('primary');
    await using second = await named('replica');
    await using replica = await standIn(second, null);
    expect(await reader(primary, replica).readsFrom()).toBe('primary');
  });

  test('a replica that was promoted is as good as any', async () => {
    await using primary = await named('primary');
    await using second = await named('replica');
    expect(await reader(primary, second.pool).readsFrom()).toBe('replica');
  });

  test('a replica that is gone costs one try now and then', async () => {
    await using primary = await named('primary');
    const url = new URL(primary.url);
    url.port = '1';
    await using gone = createPool(url.href, { applicationName: 'gone', connectTimeoutMs: 1_000 });
    let tries = 0;
    const counted = Object.assign(Object.create(gone) as DatabasePool, {
      connect: () => {
        tries += 1;
        return gone.connect();
      },
    });
    const { readsFrom, pass } = reader(primary, counted);
    expect(await readsFrom()).toBe('primary');
    pass(5_000);
    expect(await readsFrom()).toBe('primary');
    expect(tries).toBe(1);
    pass(5_000);
    expect(await readsFrom()).toBe('primary');
    expect(tries).toBe(2);
  });

  test('an abort is no reason to ask the primary', async () => {
    await using primary = await named('primary');
    await using second = await named('replica');
    const reason = new Error('enough');
    const read = reader(primary, second.pool).readsFrom(AbortSignal.abort(reason));
    await expect(read).rejects.toBe(reason);
  });
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
              bucketMs: 1_000,
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
