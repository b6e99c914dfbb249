import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../collector-daemon/config.ts';
import { type ClaimOptions, claimName, nodeName } from '../../collector-daemon/node-name.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { markNodeStopped, reportNode } from '../../service/store/operating/node.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/live-feed.ts';
import { ManualTime } from '../support/manual-time.ts';
import { sampleBatch } from '../support/sample-batch.ts';

describe('the name of a node', () => {
  test.each([
    ['both', undefined, 'rack-1', 'rack-1'],
    ['collector', undefined, 'rack-1', 'rack-1-collector'],
    ['web', undefined, 'rack-1', 'rack-1-web'],
    ['web', 'console', 'rack-1', 'console'],
    ['collector', undefined, `${'r'.repeat(63)}.example`, `${'r'.repeat(53)}-collector`],
    ['web', undefined, '_düse', 'd-se-web'],
    ['both', undefined, '---', 'nocturne'],
  ])('as %s, called %s, on the host %s it is %s', (role, own, host, name) => {
    const set = own === undefined ? {} : { NOCTURNE_NODE_NAME: own };
    expect(nodeName(readEnvironment({ NODE_ROLE: role, ...set }), host)).toBe(name);
  });
});

const identity = {
  name: 'col-1',
  role: 'collector',
  version: '0.1.0',
  host: 'rack-1',
  process: 11,
} as const;

/** What is known of the one that has the name: heard of so long ago. */
async function heardOf(db: TestDatabase, ageMs: number): Promise<void> {
  await db.pool.query(
    `update node set seen_at = clock_timestamp() - $1 * interval '1 ms', host = 'rack-9', process = 7`,
    [ageMs],
  );
}

/** A claim; each `nextLook` is after `meanwhile`. */
function claim(db: TestDatabase, rest: Partial<ClaimOptions> = {}) {
  const time = new ManualTime();
  const told: string[] = [];
  const claimed = claimName({
    db: db.pool,
    identity,
    timers: time,
    signal: new AbortController().signal,
    onWaiting: (sentence) => told.push(sentence),
    ...rest,
  });
  claimed.catch(() => {});
  const nextLook = async (meanwhile: () => Promise<unknown> = () => Promise.resolve()) => {
    await eventually(() => time.pending === 1);
    await meanwhile();
    time.advance(1_000);
  };
  return { claimed, told, nextLook };
}

async function incarnationOf(db: TestDatabase): Promise<number> {
  const { rows } = await db.pool.query<{ incarnation: number }>('select incarnation from node');
  return rows[0]!.incarnation;
}

describe('claiming a name', () => {
  test('each start has a higher incarnation, whatever the clock said at the one before', async () => {
    await using db = await testDatabase();
    const first = await claim(db).claimed;
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
    await markNodeStopped(db.pool, 'col-1', first);
    const inTenYears = Date.now() + 10 * 365 * 86_400_000;
    await db.pool.query('update node set incarnation = $1', [inTenYears]);
    expect(await claim(db).claimed).toBe(inTenYears + 1);
    expect(await incarnationOf(db)).toBe(inTenYears + 1);
  });

  test('no incarnation is given that batches of that name bear, should its row be gone', async () => {
    await using db = await testDatabase();
    const batch = sampleBatch({});
    const incarnation = 9_000_000_000_000;
    using client = await db.connect();
    await writeBatch(
      client,
      { ...batch, key: { ...batch.key, incarnation } },
      new SeriesResolver(),
    );
    const name = batch.key.node;
    const first = await claim(db, { identity: { ...identity, name } }).claimed;
    expect(first).toBe(incarnation + 1);
  });

  test('where another lives under it, it is refused with who that is and what to do', async () => {
    await using db = await testDatabase();
    await claim(db).claimed;
    await heardOf(db, 2_000);
    const { claimed, nextLook, told } = claim(db);
    await nextLook();
    await nextLook(() => heardOf(db, 1_000));
    await expect(claimed).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        'another collector is called "col-1" on rack-9, process 7, heard of 1 s ago: give this one a name of its own with NOCTURNE_NODE_NAME',
    });
    expect(told).toEqual([
      'another collector is called "col-1" on rack-9, process 7, heard of 2 s ago; waiting to see whether it lives',
    ]);
  });

  test('a node that was killed a moment ago is succeeded when it was silent for five seconds', async () => {
    await using db = await testDatabase();
    const first = await claim(db).claimed;
    const young = claim(db);
    await young.nextLook();
    // Looked twice, and waits on.
    await young.nextLook();
    expect(await incarnationOf(db)).toBe(first);
    await heardOf(db, 5_100);
    const { claimed, nextLook } = claim(db);
    await nextLook();
    expect(await claimed).toBeGreaterThan(first);
  });

  test('silence that was the database\u2019s own is not taken for death', async () => {
    await using db = await testDatabase();
    await claim(db).claimed;
    await heardOf(db, 60_000);
    const { claimed, nextLook } = claim(db);
    await nextLook(() => heardOf(db, 0));
    await expect(claimed).rejects.toThrow('another collector');
  });

  test('one that says good-bye while it is waited for is succeeded', async () => {
    await using db = await testDatabase();
    const first = await claim(db).claimed;
    const { claimed, nextLook } = claim(db);
    await nextLook(() => markNodeStopped(db.pool, 'col-1', first));
    expect(await claimed).toBeGreaterThan(first);
  });

  test('of two that claim it at once one gets it', async () => {
    await using db = await testDatabase();
    const both = [claim(db), claim(db)];
    const first = await Promise.race(both.map(({ claimed }) => claimed));
    const got = await Promise.all(
      both.map(({ claimed }) => Promise.race([claimed, Promise.resolve(null)])),
    );
    expect(await incarnationOf(db)).toBe(first);
    const late = both[got[0] === first ? 1 : 0]!;
    await late.nextLook();
    await late.nextLook(() => heardOf(db, 0));
    await expect(late.claimed).rejects.toThrow('another collector is called "col-1"');
  });
});

test('a heartbeat of an overtaken incarnation is refused, and changes nothing', async () => {
  await using db = await testDatabase();
  const report = {
    name: 'col-1',
    role: 'collector',
    version: '0.1.0',
    startedAtMs: 5,
    feedAddress: null,
    devices: 1,
    samplesPerSecond: 0,
    samplesDropped: 0,
    queuedBatches: 0,
  } as const;
  expect(await reportNode(db.pool, { ...report, incarnation: 2 })).toBe(true);
  expect(await reportNode(db.pool, { ...report, incarnation: 2 })).toBe(true);
  expect(await reportNode(db.pool, { ...report, incarnation: 1, devices: 9 })).toBe(false);
  await markNodeStopped(db.pool, 'col-1', 1);
  const { rows } = await db.pool.query('select devices, incarnation, stopped_at from node');
  expect(rows).toEqual([{ devices: 1, incarnation: 2, stopped_at: null }]);
});
