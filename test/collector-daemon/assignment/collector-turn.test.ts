import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { takeCollectorTurn } from '../../../collector-daemon/assignment/collector-turn.ts';
import { systemTimers, type Timers } from '../../../core/time.ts';
import { eventually } from '../../support/live-feed.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';

let stack: AsyncDisposableStack;
let db: TestDatabase;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  db = stack.use(await testDatabase());
});

afterEach(() => stack.disposeAsync());

/** A way to the database that can be cut; connections are let through by `admit`. */
async function relay() {
  const target = new URL(db.url);
  const sockets = new Set<Socket>();
  const gate = { admit: (through: () => void, _socket: Socket) => through() };
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    gate.admit(() => {
      const onward = connect(Number(target.port), target.hostname).on('error', () => {});
      sockets.add(onward);
      socket.pipe(onward).pipe(socket);
    }, socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  stack.defer(() => {
    server.close();
    cut();
  });
  const url = new URL(db.url);
  url.port = String(port);
  return {
    url: url.href,
    gate,
    cut,
    /** As a machine that has gone without a word: nothing comes through, nothing is closed. */
    mute() {
      for (const socket of sockets) socket.pause().unpipe();
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
    async open() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

/** A collector that asks for the turn; `askAgain` ends its present wait, and `askUntilTaken` each one. */
function collector(node: string, databaseUrl: string, onLost = () => {}) {
  let waiting = Promise.withResolvers<() => void>();
  const taken = takeCollectorTurn({
    databaseUrl,
    node,
    incarnation: 1,
    timers: {
      after: (_delayMs, run) => {
        waiting.resolve(run);
        return () => {};
      },
    },
    signal: new AbortController().signal,
    onWaiting: () => {},
    onLost,
  });
  const askAgain = async () => {
    const run = await waiting.promise;
    waiting = Promise.withResolvers();
    run();
  };
  return {
    taken,
    waits: () => waiting.promise,
    askAgain,
    async askUntilTaken() {
      while ((await Promise.race([taken, waiting.promise.then(() => null)])) === null) {
        await askAgain();
      }
      return await taken;
    },
  };
}

test('a standby outlives the absence of the database', async () => {
  const way = await relay();
  const first = await collector('a', db.url).taken;
  const second = collector('b', way.url);
  await second.waits();
  await way.close();
  await second.askAgain();
  await Promise.race([second.waits(), second.taken]);
  await way.open();
  await first[Symbol.asyncDispose]();
  expect(stack.use(await second.askUntilTaken())).toBeDefined();
});

test('a turn that ends while it is being regained is not taken after all', async () => {
  const way = await relay();
  const first = await collector('a', way.url).taken;
  const asked = Promise.withResolvers<{ through: () => void; socket: Socket }>();
  way.gate.admit = (through, socket) => asked.resolve({ through, socket });
  way.cut();
  const { through, socket } = await asked.promise;
  const ended = first[Symbol.asyncDispose]();
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
  through();
  await ended;
  await closed;
  // A connection is gone for its client some time before the server gives its lock back.
  const second = stack.use(await collector('b', db.url).askUntilTaken());
  expect(second).toBeDefined();
});

test('each take-over raises the epoch', async () => {
  const epochs: number[] = [];
  for (const node of ['a', 'b', 'b', 'a']) {
    await using turn = await collector(node, db.url).askUntilTaken();
    epochs.push(turn.epoch);
  }
  expect(epochs).toEqual([1, 2, 2, 3]);
});

/** Until the connection that has the turn has said so and waits. */
async function untilEntered(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rowCount } = await db.pool.query(
        `select from pg_stat_activity where datname = current_database() and state = 'idle'
           and application_name like 'nocturne % turn' and query like '%from collector_turn%'`,
      );
      expect(rowCount).toBe(1);
    },
    { timeout: 10_000, interval: 5 },
  );
}

test('who gets its own turn back keeps its epoch, and takes another where somebody had it meanwhile', async () => {
  const way = await relay();
  const first = collector('a', way.url);
  const turn = stack.use(await first.taken);
  await way.close();
  await first.waits();
  await way.open();
  await first.askAgain();
  await untilEntered();
  expect(turn.epoch).toBe(1);
  await db.pool.query(`update collector_turn set node = 'b', epoch = epoch + 1`);
  way.cut();
  await eventually(() => turn.epoch === 3);
});

/** All waits, fifty times as fast. */
const fastTimers: Timers = { after: (delayMs, run) => systemTimers.after(delayMs / 50, run) };

function asks(node: string, databaseUrl: string, onLost: () => void = () => {}) {
  const said: string[] = [];
  const turn = takeCollectorTurn({
    databaseUrl,
    node,
    incarnation: 1,
    timers: fastTimers,
    signal: new AbortController().signal,
    onWaiting: () => said.push('waiting'),
    onSilentHolder: (holder) => said.push(`${holder} is silent`),
    onLost,
  });
  return { turn, said };
}

test('a holder whose connection only looks alive notices, and finds that another has the turn', async () => {
  const way = await relay();
  const lost = Promise.withResolvers<void>();
  const holder = await asks('a', way.url, lost.resolve).turn;
  stack.use(holder);
  const lock = await db.pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'nocturne a turn'`,
  );
  way.mute();
  // What the server does by itself once its keepalive finds nobody there.
  await db.pool.query('select pg_terminate_backend($1)', [lock.rows[0]!.pid]);
  way.gate.admit = (through) => through();
  const next = stack.use(await asks('b', db.url).turn);
  expect(next.epoch).toBe(holder.epoch + 1);
  await lost.promise;
});

test('the server is told to look for a holder that has gone without a word', async () => {
  const client = await db.connect();
  stack.defer(() => client.release());
  const settings = await client.query('show tcp_keepalives_idle');
  expect(settings.rows).toEqual([{ tcp_keepalives_idle: '10' }]);
});

test('a holder that hangs loses its turn to a standby, and one that lives does not', async () => {
  const way = await relay();
  const holder = stack.use(await asks('a', way.url).turn);
  // A process that hangs does not ask again.
  way.gate.admit = () => {};
  await db.pool.query(
    `insert into node (name, role, version, incarnation, started_at, seen_at)
     values ('a', 'collector', '0', 1, now(), now())`,
  );
  await db.pool.query(`update collector_turn set taken_at = now() - interval '1 h'`);
  const standby = asks('b', db.url);
  await eventually(() => standby.said.length > 0);
  expect(standby.said).toEqual(['waiting']);
  await db.pool.query(`update node set seen_at = now() - interval '16 s'`);
  const next = stack.use(await standby.turn);
  expect(standby.said).toEqual(['waiting', 'a is silent']);
  expect(next.epoch).toBe(holder.epoch + 1);
  way.cut();
});

test('a take-over does not wait for a batch of an owner that is stuck', async () => {
  const first = await asks('a', db.url).turn;
  using stuck = await db.connect();
  const ended = once(stuck, 'error');
  await stuck.query('begin');
  await stuck.query('select epoch from collector_turn for share');
  await first[Symbol.asyncDispose]();
  const next = stack.use(await asks('b', db.url).turn);
  expect(next.epoch).toBe(first.epoch + 1);
  await ended;
});

test('a holder whose old connection the server still has waits for its end, and loses nothing', async () => {
  const way = await relay();
  const lost = { times: 0 };
  const holder = stack.use(
    await asks('a', way.url, () => {
      lost.times += 1;
    }).turn,
  );
  const backends = async () => {
    const { rows } = await db.pool.query<{ pid: number; holds: boolean }>(
      `select pid, exists (select from pg_locks where pg_locks.pid = activity.pid
         and locktype = 'advisory' and granted) as holds
       from pg_stat_activity activity where application_name = 'nocturne a turn' order by holds desc`,
    );
    return rows;
  };
  const ghost = (await backends())[0]!.pid;
  way.mute();
  // It asks over and over, beside its own ghost.
  const asked = new Set<number>();
  while (asked.size < 3) for (const { pid, holds } of await backends()) if (!holds) asked.add(pid);
  expect(lost.times).toBe(0);
  await db.pool.query('select pg_terminate_backend($1)', [ghost]);
  await vi.waitFor(async () => {
    expect((await backends())[0]).toMatchObject({ holds: true });
  });
  expect([holder.epoch, lost.times]).toEqual([1, 0]);
});
