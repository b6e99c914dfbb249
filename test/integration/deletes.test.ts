/** What a target deletes, from its socket into the database and out of it again. */
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import type { DeviceId, EndpointId } from '../../core/id.ts';
import { parsePath } from '../../core/telemetry/path.ts';
import type { Notification } from '../../proto/generated/gnmi/gnmi.ts';
import type { PipelineOptions } from '../../collector-daemon/pipeline.ts';
import { createQueryRouter } from '../../service/query/query-router.ts';
import { createStoreSource } from '../../service/query/store-source.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { listSeriesLives } from '../../service/store/reading/series-life.ts';
import {
  collectionTarget,
  endpoint,
  leafOne,
  leafOneGnmi,
  onChange,
  sampled,
} from '../support/collection.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/live-feed.ts';
import { pipelineInto, startMs } from '../support/pipeline-into.ts';
import { ScriptedTarget } from '../support/scripted-target.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

/** A path of two names and a port between them, as the wire has it. */
function onPort(name: string, ...leaf: readonly string[]) {
  return wirePath(['interfaces', ['interface', { name }], ...leaf]);
}

const up = (name: string) =>
  wireUpdate(onPort(name, 'state', 'oper-status'), typed({ $case: 'stringVal', value: 'UP' }));
const octets = (name: string, value: bigint) =>
  wireUpdate(onPort(name, 'state', 'counters', 'in-octets'), typed({ $case: 'uintVal', value }));

/** A notification of device time `second` after noon. */
function at(second: number, rest: Partial<Notification>): Partial<Notification> {
  return { timestamp: BigInt(startMs + second * 1_000) * 1_000_000n, ...rest };
}

/** A pipeline that collects all of a scripted target into a database with that device. */
async function collecting(db: TestDatabase, rest: Partial<PipelineOptions> = {}) {
  await db.pool.query('insert into device (id, name) values ($1, $2)', [leafOne, 'leaf-01']);
  const target = await ScriptedTarget.start();
  const collected = pipelineInto(db, rest);
  collected.collect(target.port, [onChange('/')]);
  return { ...collected, target, [Symbol.asyncDispose]: () => target[Symbol.asyncDispose]() };
}

/** A pipeline that tells how often the store has answered what it knows. */
function pipelineAsking(db: TestDatabase, incarnation: number) {
  let answers = 0;
  const lives = async (deviceId: DeviceId) => {
    const found = await listSeriesLives(db.pool, deviceId);
    answers += 1;
    return found;
  };
  return { ...pipelineInto(db, { incarnation, lives }), answers: () => answers };
}

const seconds = (ms: number) => (ms - startMs) / 1_000;

/** `path second` of every end. */
async function ends(db: TestDatabase): Promise<string[]> {
  const { rows } = await db.pool.query<{ path: string; time: number }>(
    'select path, time from series_end join series on series.id = series_id order by path, time',
  );
  return rows.map(({ path, time }) => `${short(path)} ${seconds(time)}`);
}

/** Of every series its newest value, and since when it is past. */
async function latest(db: TestDatabase): Promise<Record<string, unknown[]>> {
  const router = createQueryRouter({ store: createStoreSource(db.pool) }, { nowMs: () => startMs });
  const found = await router.latest(
    { selectors: [{ path: '/' }], limit: 100 },
    new AbortController().signal,
  );
  return Object.fromEntries(
    found.map(({ series, value, text, endedAtMs }) => [
      short(series.path),
      [value ?? text, endedAtMs === null ? 'lives' : seconds(endedAtMs)],
    ]),
  );
}

/** `Ethernet1/1 in-octets` */
function short(path: string): string {
  const parsed = parsePath(path);
  const elems = parsed.ok ? parsed.value.elems : [];
  const port = elems.find(({ keys }) => 'name' in keys)?.keys['name'];
  return port === undefined ? path : `${port} ${elems.at(-1)!.name}`;
}

test('a port that is removed ends at the time of its delete, and no other does', async () => {
  await using db = await testDatabase();
  await using run = await collecting(db);
  const stream = await run.target.stream();
  for (const name of ['Ethernet1/1', 'Ethernet1/10', 'Ethernet1/2']) {
    stream.notify(at(0, { update: [up(name), octets(name, 7n)] }));
  }
  stream.sync();
  // The container; then one leaf.
  stream.notify(at(5, { delete: [onPort('Ethernet1/1')] }));
  stream.notify(at(6, { delete: [onPort('Ethernet1/2', 'state', 'counters', 'in-octets')] }));
  await eventually(() => run.pipeline.counters.deleted === 3);
  await run.drain();
  expect(await ends(db)).toEqual([
    'Ethernet1/1 in-octets 5',
    'Ethernet1/1 oper-status 5',
    'Ethernet1/2 in-octets 6',
  ]);
  expect(await latest(db)).toEqual({
    'Ethernet1/1 in-octets': [7, 5],
    'Ethernet1/1 oper-status': ['UP', 5],
    'Ethernet1/10 in-octets': [7, 'lives'],
    'Ethernet1/10 oper-status': ['UP', 'lives'],
    'Ethernet1/2 in-octets': [7, 6],
    'Ethernet1/2 oper-status': ['UP', 'lives'],
  });
  const { received, stored } = run.pipeline.counters;
  expect([received, stored]).toEqual([6, 6]);
});

test('a wildcard names all entries of a list, and an atomic message all that it lacks', async () => {
  await using db = await testDatabase();
  await using run = await collecting(db);
  const stream = await run.target.stream();
  stream.notify(
    at(0, { update: ['e1', 'e2', 'e3'].flatMap((name) => [up(name), octets(name, 1n)]) }),
  );
  stream.sync();
  stream.notify(
    at(3, {
      prefix: wirePath(['interfaces', ['interface', { name: '*' }]]),
      delete: [wirePath(['state', 'counters'])],
    }),
  );
  stream.notify(
    at(4, {
      atomic: true,
      prefix: wirePath(['interfaces', ['interface', { name: 'e2' }]]),
      update: [wireUpdate(wirePath(['state', 'mtu']), typed({ $case: 'uintVal', value: 9_000n }))],
    }),
  );
  await eventually(() => run.pipeline.counters.deleted === 4);
  await run.drain();
  expect(await latest(db)).toEqual({
    'e1 in-octets': [1, 3],
    'e1 oper-status': ['UP', 'lives'],
    'e2 in-octets': [1, 3],
    'e2 mtu': [9_000, 'lives'],
    'e2 oper-status': ['UP', 4],
    'e3 in-octets': [1, 3],
    'e3 oper-status': ['UP', 'lives'],
  });
});

test('what a reconnect does not bring ends with its sync, when it is no longer only late; what comes later still was never gone', async () => {
  await using db = await testDatabase();
  await using run = await collecting(db);
  const first = await run.target.stream();
  first.notify(at(0, { update: [...['e1', 'e2', 'e3'].map(up), octets('e1', 5n)] }));
  first.sync();
  await eventually(() => run.state() === 'streaming');
  first.end();
  await eventually(() => run.state() === 'backing-off');
  run.time.advance(10_000);
  const second = await run.target.stream();
  second.notify(at(0, { update: [up('e1')] }));
  second.sync();
  await eventually(() => run.state() === 'streaming');
  // Late, as a target sends it that syncs before its samples: of after the sync.
  second.notify(at(12, { update: [octets('e1', 9n)] }));
  await eventually(() => run.pipeline.counters.received === 6);
  expect(run.pipeline.counters.deleted).toBe(0);
  run.time.advance(30_000);
  expect(run.pipeline.counters.deleted).toBe(2);
  // With the time of its last change, which is before the end.
  second.notify(at(0, { update: [up('e3')] }));
  await eventually(() => run.pipeline.counters.deletesWithdrawn === 1);
  await run.drain();
  expect(await ends(db)).toEqual(['e2 oper-status 10']);
  expect(await latest(db)).toEqual({
    'e1 in-octets': [9, 'lives'],
    'e1 oper-status': ['UP', 'lives'],
    'e2 oper-status': ['UP', 10],
    'e3 oper-status': ['UP', 'lives'],
  });
  const { counters } = run.pipeline;
  expect(counters).toMatchObject({ received: 7, stored: 5, unchanged: 2 });
});

test('what went away while no collector ran ends with the sync of the next one, if it is subscribed still', async () => {
  await using db = await testDatabase();
  {
    await using run = await collecting(db);
    const stream = await run.target.stream();
    const hostname = wirePath(['system', 'state', 'hostname']);
    const name = wireUpdate(hostname, typed({ $case: 'stringVal', value: 'leaf-01' }));
    stream.notify(at(0, { update: [...['e1', 'e2', 'e3', 'e4'].map(up), name] }));
    stream.notify(at(1, { delete: [onPort('e4')] }));
    stream.sync();
    await eventually(() => run.pipeline.counters.deleted === 1);
    await run.drain();
  }
  await using target = await ScriptedTarget.start();
  let away = true;
  const next = pipelineInto(db, {
    incarnation: 2,
    lives: (deviceId) =>
      away ? Promise.reject(new Error('it is away')) : listSeriesLives(db.pool, deviceId),
  });
  next.time.advance(60_000);
  next.collect(target.port, [onChange('/interfaces')]);
  const stream = await target.stream();
  stream.notify(at(0, { update: [up('e1')] }));
  stream.sync();
  await eventually(() => next.state() === 'streaming');
  next.time.advance(30_000);
  away = false;
  await eventually(() => {
    next.time.advance(1_000);
    return next.pipeline.counters.deleted === 2;
  });
  stream.notify(at(0, { update: [up('e3')] }));
  await eventually(() => next.pipeline.counters.deletesWithdrawn === 1);
  await next.drain();
  expect(await ends(db)).toEqual(['e2 oper-status 60', 'e4 oper-status 1']);
  expect(await latest(db)).toEqual({
    'e1 oper-status': ['UP', 'lives'],
    'e2 oper-status': ['UP', 60],
    'e3 oper-status': ['UP', 'lives'],
    'e4 oper-status': ['UP', 1],
    '/system/state/hostname': ['leaf-01', 'lives'],
  });
});

test('what an earlier session took for gone lives when it is sent with the time of its last change', async () => {
  await using db = await testDatabase();
  {
    await using run = await collecting(db);
    const stream = await run.target.stream();
    stream.notify(at(0, { update: ['e1', 'e2'].map(up) }));
    stream.sync();
    await eventually(() => run.pipeline.counters.received === 2);
    await run.drain();
  }
  const told: string[][] = [];
  for (const [incarnation, sent] of [[2, []] as const, [3, ['e1']] as const]) {
    await using target = await ScriptedTarget.start();
    const next = pipelineAsking(db, incarnation);
    next.time.advance(incarnation * 60_000);
    next.collect(target.port, [onChange('/interfaces')]);
    const stream = await target.stream();
    stream.notify(at(0, { update: sent.map(up) }));
    stream.sync();
    await eventually(() => next.state() === 'streaming');
    next.time.advance(30_000);
    await eventually(() => next.answers() === 1);
    await next.drain();
    told.push(await ends(db));
  }
  expect(told).toEqual([['e1 oper-status 120', 'e2 oper-status 120'], ['e2 oper-status 120']]);
  expect(await latest(db)).toEqual({
    'e1 oper-status': ['UP', 'lives'],
    'e2 oper-status': ['UP', 120],
  });
});

test('what lies under a path that the target refuses has not ended', async () => {
  await using db = await testDatabase();
  {
    await using run = await collecting(db);
    const stream = await run.target.stream();
    stream.notify(at(0, { update: [up('e1')] }));
    stream.sync();
    await eventually(() => run.state() === 'streaming');
    await run.drain();
  }
  // Asked for in a mode that it does not have.
  const wrong = { code: status.INVALID_ARGUMENT, details: 'not by SAMPLE' };
  await using target = await ScriptedTarget.start({
    refuse: ({ request }) => {
      const asked = request?.$case === 'subscribe' ? request.value.subscription : [];
      return asked.some(({ path }) => path?.elem[0]?.name === 'interfaces') ? wrong : null;
    },
  });
  const next = pipelineAsking(db, 2);
  next.collect(target.port, [sampled('/interfaces'), onChange('/system')]);
  // The path alone, to see whether it is taken; then what is taken.
  (await target.stream()).sync();
  (await target.stream()).sync();
  await eventually(() => next.state() === 'streaming');
  next.time.advance(30_000);
  await eventually(() => next.answers() === 1);
  await next.drain();
  expect(await ends(db)).toEqual([]);
  expect(next.pipeline.counters.deleted).toBe(0);
});

test('of a device that is given away while its leaves may only be late, nothing is concluded', async () => {
  await using db = await testDatabase();
  await using run = await collecting(db);
  const first = await run.target.stream();
  first.notify(at(0, { update: [up('e1')] }));
  first.sync();
  await eventually(() => run.state() === 'streaming');
  first.end();
  await eventually(() => run.state() === 'backing-off');
  run.time.advance(10_000);
  (await run.target.stream()).sync();
  await eventually(() => run.state() === 'streaming');
  run.pipeline.sessions.unassign(leafOneGnmi);
  run.time.advance(60_000);
  await run.drain();
  expect(await ends(db)).toEqual([]);
  expect(run.pipeline.counters.deleted).toBe(0);
});

test('what is late while the sessions are paused is not taken for gone', async () => {
  await using db = await testDatabase();
  const free = Promise.withResolvers<void>();
  const resolver = new SeriesResolver();
  await using run = await collecting(db, {
    maxQueuedRows: 8,
    write: async (batch) => {
      await free.promise;
      using client = await db.connect();
      return await writeBatch(client, batch, resolver);
    },
  });
  const { counters, queue } = run.pipeline;
  const first = await run.target.stream();
  first.notify(at(0, { update: [up('e1'), up('e2')] }));
  first.sync();
  await eventually(() => run.state() === 'streaming');
  first.end();
  await eventually(() => run.state() === 'backing-off');
  run.time.advance(10_000);
  const second = await run.target.stream();
  second.sync();
  await eventually(() => run.state() === 'streaming');
  // Fills half of the queue, so that we stop reading.
  second.notify(at(12, { update: ['e3', 'e4', 'e5', 'e6'].map(up) }));
  await eventually(() => counters.received === 6);
  run.time.advance(250);
  run.time.advance(60_000);
  expect(counters.deleted).toBe(0);
  free.resolve();
  await eventually(() => queue.unsettledRows === 0);
  second.notify(at(0, { update: [up('e1')] }));
  await eventually(() => counters.received === 7);
  run.time.advance(60_000);
  expect(counters.deleted).toBe(1);
  await run.drain();
  expect(await ends(db)).toEqual(['e2 oper-status 10']);
});

test('of devices that sync together, the store is asked about one after the other', async () => {
  await using db = await testDatabase();
  await using target = await ScriptedTarget.start();
  const answers: (() => void)[] = [];
  const { pipeline, time, drain } = pipelineInto(db, {
    lives: () =>
      new Promise((resolve) => {
        answers.push(() => resolve([]));
      }),
  });
  const one = collectionTarget(endpoint(target.port), [onChange('/')]);
  const other = {
    ...one,
    deviceId: '0198a000-0000-7000-8000-000000000002' as DeviceId,
    endpointId: '0198a000-0000-7000-8000-0000000000e2' as EndpointId,
  };
  for (const device of [one, other]) {
    pipeline.sessions.assign(device);
    (await target.stream()).sync();
  }
  const streaming = () => pipeline.sessions.statuses().filter(({ synced }) => synced).length;
  await eventually(() => streaming() === 2);
  time.advance(30_000);
  await eventually(() => answers.length > 0);
  expect(answers).toHaveLength(1);
  answers[0]!();
  await eventually(() => answers.length === 2);
  answers[1]!();
  await drain();
});

test('a port that comes back lives again, but not by a sample of before its end', async () => {
  await using db = await testDatabase();
  await using run = await collecting(db);
  const stream = await run.target.stream();
  stream.notify(at(0, { update: ['e1', 'e2'].flatMap((name) => [up(name), octets(name, 10n)]) }));
  stream.sync();
  stream.notify(at(5, { delete: [onPort('e1'), onPort('e2')] }));
  stream.notify(at(4, { update: [octets('e1', 15n), octets('e2', 15n)] }));
  stream.notify(at(9, { update: [up('e1'), octets('e1', 3n)] }));
  await eventually(() => run.pipeline.counters.received === 8);
  await run.drain();
  expect(await ends(db)).toEqual([
    'e1 in-octets 5',
    'e1 oper-status 5',
    'e2 in-octets 5',
    'e2 oper-status 5',
  ]);
  expect(await latest(db)).toEqual({
    'e1 in-octets': [3, 'lives'],
    'e1 oper-status': ['UP', 'lives'],
    'e2 in-octets': [15, 5],
    'e2 oper-status': ['UP', 5],
  });
  const { rows } = await db.pool.query(
    `select value, delta from sample join series on series.id = series_id
     where path like '%[name=e1]%' order by time`,
  );
  expect(rows).toEqual([
    { value: 10, delta: null },
    { value: 15, delta: 5 },
    { value: 3, delta: null },
  ]);
});

test('ends told with samples that the full queue drops are stored all the same', async () => {
  await using db = await testDatabase();
  const resolver = new SeriesResolver();
  const free = Promise.withResolvers<void>();
  await using run = await collecting(db, {
    maxQueuedRows: 4,
    learn: (introduced) => resolver.learn(introduced),
    write: async (batch) => {
      await free.promise;
      using client = await db.connect();
      return await writeBatch(client, batch, resolver);
    },
  });
  const { counters, queue } = run.pipeline;
  const stream = await run.target.stream();
  const sealed = async (received: number) => {
    await eventually(() => counters.received === received);
    run.time.advance(250);
  };
  stream.notify(at(0, { update: [up('e1')] }));
  await sealed(1);
  await eventually(() => queue.unsettledRows === 1 && queue.length === 0);
  stream.notify(at(1, { delete: [onPort('e1')], update: [up('e2')] }));
  await sealed(2);
  stream.notify(at(2, { update: ['e3', 'e4', 'e5', 'e6'].map(up) }));
  await sealed(6);
  expect(counters.droppedQueueFull).toBe(1);
  free.resolve();
  await run.drain();
  expect(await ends(db)).toEqual(['e1 oper-status 1']);
  expect(counters).toMatchObject({ received: 6, stored: 5 });
});
