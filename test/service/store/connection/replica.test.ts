import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReadRoute, type ReadRoute } from '../../../../service/query/read-route.ts';
import { createStoreSource } from '../../../../service/query/store-source.ts';
import { type Queryable, queryOne } from '../../../../service/store/connection/queryable.ts';
import {
  openReplica,
  type Replica,
  type ReplicaState,
} from '../../../../service/store/connection/replica.ts';
import { emptyDatabase } from '../../../support/database.ts';
import { ManualTime } from '../../../support/manual-time.ts';
import { streamingReplica, type StreamingReplica } from '../../../support/streaming-replica.ts';
import { addDeviceRow, addSeries } from '../../../support/telemetry-rows.ts';

const never = new AbortController().signal;
let servers: StreamingReplica;

beforeAll(async () => {
  servers = await streamingReplica();
}, 120_000);
afterAll(() => servers[Symbol.asyncDispose](), 60_000);

interface Watched extends AsyncDisposable {
  readonly time: ManualTime;
  readonly replica: Replica;
  readonly told: readonly string[];
  readonly routes: readonly ReadRoute[];
  readonly run: <Value>(work: (db: Queryable) => Promise<Value>) => Promise<Value>;
  /** Whether the server that answered is a standby. */
  readonly ask: (signal?: AbortSignal) => Promise<boolean>;
}

/** The moment of the looks is chosen by the test. */
function watch({ url = servers.standbyUrl, maxLagMs = 60_000 } = {}): Watched {
  const time = new ManualTime();
  const told: string[] = [];
  const routes: ReadRoute[] = [];
  const replica = openReplica({
    databaseUrl: url,
    primaryUrl: servers.primary.databaseUrl,
    applicationName: 'reads',
    maxLagMs,
    clock: time,
    timers: time,
    told: (sentence) => told.push(sentence),
  });
  const route = createReadRoute(servers.primary, {
    timeoutMs: 60_000,
    replica,
    routed: (way) => routes.push(way),
  });
  return {
    time,
    replica,
    told,
    routes,
    run: (work) => route(never, work),
    ask: async (signal = never) =>
      (
        await route(signal, (db) =>
          queryOne<{ standby: boolean }>(db, 'select pg_is_in_recovery() as standby'),
        )
      ).standby,
    [Symbol.asyncDispose]: () => replica[Symbol.asyncDispose](),
  };
}

async function lookUntil(replica: Replica, state: ReplicaState['state']): Promise<ReplicaState> {
  for (;;) {
    const found = await replica.look();
    if (found.state === state) return found;
  }
}

describe('a streaming replica', () => {
  test('answers queries, telemetry ones among them', async () => {
    const device = await addDeviceRow(servers.primary, 'leaf-01');
    await addSeries(servers.primary, device, '/system/memory/state/used');
    await servers.caughtUp();
    await using watched = watch();
    const { replica, ask, told, routes } = watched;
    await lookUntil(replica, 'current');
    expect(await ask()).toBe(true);
    const sent: ReadRoute[] = [];
    const store = createStoreSource(servers.primary, { replica, routed: (way) => sent.push(way) });
    expect(await store.findSeries([{ path: '/system' }], never)).toMatchObject([
      { device: 'leaf-01' },
    ]);
    expect([...routes, ...sent]).toEqual(['replica', 'replica']);
    const { seen } = await servers.onStandby<{ seen: number }>(
      `select count(*)::int as seen from pg_stat_activity where application_name = 'reads'`,
    );
    expect(seen).toBe(1);
    expect(told).toEqual([expect.stringMatching(/^queries go to the replica 127\.0\.0\.1:\d+\//)]);
  });

  test('is not asked before it was looked at', async () => {
    await using watched = watch();
    expect(await watched.ask()).toBe(false);
    expect(watched.routes).toEqual(['fallback']);
  });

  test('is not taken for late while nobody writes', async () => {
    await using watched = watch({ maxLagMs: 0 });
    expect(await lookUntil(watched.replica, 'current')).toMatchObject({ lagMs: 0 });
  });

  test('that lags is passed over until it has caught up', async () => {
    await using watched = watch({ maxLagMs: 0 });
    const { replica, ask, told, routes } = watched;
    await lookUntil(replica, 'current');
    await servers.onStandby('select pg_wal_replay_pause()');
    await addDeviceRow(servers.primary, 'leaf-02');
    const found = await lookUntil(replica, 'lagging');
    expect(found).toMatchObject({ lagMs: expect.any(Number) as number });
    expect(await ask()).toBe(false);
    await servers.onStandby('select pg_wal_replay_resume()');
    await servers.caughtUp();
    await lookUntil(replica, 'current');
    expect(await ask()).toBe(true);
    expect(routes).toEqual(['fallback', 'replica']);
    expect(told[1]).toMatch(/^queries go to the primary: the replica .* is \d+\.\d s behind$/);
  });

  test('that is killed costs no query, and is asked again when it is back', async () => {
    await using watched = watch();
    const { replica, ask, time, told } = watched;
    await lookUntil(replica, 'current');
    expect(await ask()).toBe(true);
    await servers.killStandby();
    // The first one finds out, and is answered all the same.
    expect(await ask()).toBe(false);
    expect(replica.state).toMatchObject({ state: 'gone' });
    await servers.startStandby();
    // Remembered: the watch leaves it alone for a while.
    time.advance(4_000);
    while (time.pending === 0) await ask();
    expect(await ask()).toBe(false);
    expect(replica.state).toMatchObject({ state: 'gone' });
    time.advance(1_000);
    while (replica.state.state === 'gone') await ask();
    expect(await ask()).toBe(true);
    expect(told.slice(1)).toEqual([
      expect.stringMatching(/^queries go to the primary: the replica cannot be read: cannot reach/),
      expect.stringMatching(/^queries go to the replica/),
    ]);
  });

  test('ends a statement in favour of what it replays: the primary answers', async () => {
    await servers.primary.query('create table short_lived ()');
    await servers.onStandby(`alter system set max_standby_streaming_delay = 0`);
    await servers.onStandby('select pg_reload_conf()');
    await servers.caughtUp();
    await using watched = watch();
    await lookUntil(watched.replica, 'current');
    const answer = watched.run(async (db) => {
      const there = `select to_regclass('short_lived') is not null as there`;
      if (!(await queryOne<{ there: boolean }>(db, there)).there) return 'primary';
      await db.query('select from pg_sleep(60) left join short_lived on true');
      return 'replica';
    });
    const sleeping = `select count(*)::int as seen from pg_stat_activity where wait_event = 'PgSleep'`;
    while ((await servers.onStandby<{ seen: number }>(sleeping)).seen === 0);
    await servers.primary.query('drop table short_lived');
    expect(await answer).toBe('primary');
    expect(watched.routes).toEqual(['fallback']);
    expect(watched.replica.state).toMatchObject({ state: 'current' });
    await servers.onStandby('alter system reset max_standby_streaming_delay');
    await servers.onStandby('select pg_reload_conf()');
  });
});

/** Forwards to the standby until it is told to swallow everything, without closing anything. */
async function deafProxy() {
  const { port, hostname } = new URL(servers.standbyUrl);
  const sockets = new Set<Socket>();
  let deaf = false;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    if (deaf) return;
    const onward = connect(Number(port), hostname).on('error', () => {});
    sockets.add(onward);
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(servers.standbyUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    become: () => {
      deaf = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a query that waits for a replica that hangs is answered by the primary once that is known', async () => {
  await using proxy = await deafProxy();
  await using watched = watch({ url: proxy.url });
  const { replica, ask, routes } = watched;
  await lookUntil(replica, 'current');
  expect(await ask()).toBe(true);
  proxy.become();
  const waiting = ask();
  expect(await replica.look()).toMatchObject({ state: 'gone' });
  expect(await waiting).toBe(false);
  expect(routes).toEqual(['replica', 'fallback']);
  // Let go of the connection, or the pool waits for the answer that never comes.
  await proxy[Symbol.asyncDispose]();
}, 30_000);

test('an abort is no reason to ask the primary', async () => {
  await using watched = watch();
  await lookUntil(watched.replica, 'current');
  const reason = new Error('enough');
  await expect(watched.ask(AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(watched.routes).toEqual([]);
});

test('a replica of another cluster is never asked', async () => {
  await using other = await emptyDatabase();
  await using watched = watch({ url: other.url });
  expect(await watched.replica.look()).toMatchObject({
    state: 'foreign',
    problem: expect.stringContaining('is of another cluster') as string,
  });
  expect(await watched.ask()).toBe(false);
  expect(watched.routes).toEqual(['fallback']);
});

test('the primary itself may stand in for a replica', async () => {
  await using watched = watch({ url: servers.primary.databaseUrl });
  expect(await watched.replica.look()).toEqual({ state: 'current', lagMs: 0 });
  expect(await watched.ask()).toBe(false);
  expect(watched.routes).toEqual(['replica']);
});

test('an address that is none is named by its setting', () => {
  expect(() => watch({ url: 'postgres://host' })).toThrow(
    /^DATABASE_REPLICA_URL names no database/,
  );
});

/** Last: the standby is none any more. */
test('a replica that was promoted is refused while the primary lives', async () => {
  await using watched = watch();
  const { replica, ask } = watched;
  await lookUntil(replica, 'current');
  await servers.onStandby('select pg_promote()');
  expect(await lookUntil(replica, 'foreign')).toMatchObject({
    problem: expect.stringContaining('follows the primary no longer') as string,
  });
  expect(await ask()).toBe(false);
});
