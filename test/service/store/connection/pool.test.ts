import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msFromTimestamptz } from '../../../../service/store/connection/column-types.ts';
import {
  databaseError,
  databaseSentence,
} from '../../../../service/store/connection/database-error.ts';
import { createPool, waitForDatabase } from '../../../../service/store/connection/pool.ts';
import { transaction } from '../../../../service/store/connection/transaction.ts';
import { testDatabase } from '../../../support/database.ts';

const application = { applicationName: 'test' };

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('connecting', () => {
  test('a server that is not there is named without the password', async () => {
    const port = await closedPort();
    const url = `postgres://noc:hunter2@127.0.0.1:${port}/telemetry`;
    await using pool = createPool(url, application);
    const error = await pool.query('select 1').catch((cause: unknown) => databaseError(cause, url));
    expect(error).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: `cannot reach the database 127.0.0.1:${port}/telemetry (ECONNREFUSED): check that it runs and can be reached from here`,
    });
  });

  test.each([
    ['user', 'DATABASE_REFUSED', /refused the (password|user)/],
    ['database', 'DATABASE_REFUSED', /has no such database: create it first/],
  ])('a wrong %s is told apart', async (wrong, code, message) => {
    await using db = await testDatabase();
    const url = new URL(db.url);
    if (wrong === 'user') url.username = 'stranger';
    else url.pathname = '/nowhere';
    // A server that asks for none is reached without.
    if (url.password === '') url.password = 'asked-by-nobody';
    await using pool = createPool(url.href, application);
    const signal = AbortSignal.timeout(10_000);
    const error = await waitForDatabase(pool, { signal }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(String(error)).not.toContain(url.password);
  });

  test.each(['mysql://a/b', 'postgres://host', 'postgres://host/', 'nonsense', ''])(
    '%j is no database address',
    (url) => {
      expect(() => createPool(url, application)).toThrow(/^DATABASE_URL .*expected for example/);
    },
  );

  test.each([
    ['Connection terminated due to connection timeout', 'no answer in time'],
    ['timeout exceeded when trying to connect', 'no answer in time'],
  ])('a job that fails by "%s" says what to check', (words, reason) => {
    expect(databaseSentence(new Error(words))).toBe(
      `cannot reach the database (${reason}): check that it runs and can be reached from here`,
    );
    expect(databaseSentence(new Error('something else\nand more'))).toBe('something else');
  });

  test('waiting says why and how long, and ends when told to', async () => {
    await using pool = createPool(`postgres://a:b@127.0.0.1:${await closedPort()}/x`, application);
    const abort = new AbortController();
    const heard: [string, number][] = [];
    const waiting = waitForDatabase(pool, {
      signal: abort.signal,
      random: () => 0,
      onWaiting(sentence, nextTryInMs) {
        heard.push([sentence, nextTryInMs]);
        if (heard.length === 2) abort.abort('stopping');
      },
    });
    await expect(waiting).rejects.toBe('stopping');
    expect(heard).toEqual([
      [expect.stringContaining('cannot reach the database'), 125],
      [expect.stringContaining('cannot reach the database'), 250],
    ]);
  });

  test('a connection the server ends is replaced, and does not end the program', async () => {
    await using db = await testDatabase();
    const lost: Error[] = [];
    await using pool = createPool(db.url, {
      ...application,
      size: 1,
      onConnectionLost: (error) => lost.push(error),
    });
    const ended = Promise.withResolvers<void>();
    pool.on('remove', () => ended.resolve());
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    await db.pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
    await ended.promise;
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(lost.length).toBeGreaterThan(0);
  });
});

describe('columns', () => {
  test('a timestamptz arrives as ms with µs as its fraction, in any zone', async () => {
    await using db = await testDatabase();
    const zones = ['UTC', 'America/St_Johns', 'Asia/Kathmandu'];
    // From 2^42 ms on, in May 2109, neighbouring doubles are almost a µs apart.
    const times = fc.integer({ min: Date.UTC(1950) * 1_000, max: 2 ** 42 * 1_000 });
    await fc.assert(
      fc.asyncProperty(times, fc.constantFrom(...zones), async (us, zone) => {
        using client = await db.connect();
        await client.query(`set timezone to '${zone}'`);
        const { rows } = await client.query<{ t: number }>(
          `select 'epoch'::timestamptz + $1::float8 * interval '1 microsecond' as t`,
          [us],
        );
        expect(Math.round(rows[0]!.t * 1_000)).toBe(us);
      }),
      { numRuns: 40 },
    );
    expect(msFromTimestamptz('infinity')).toBe(Infinity);
    expect(msFromTimestamptz('0001-01-01 00:00:00+00 BC')).toBe(-62_167_219_200_000);
  });
});

test('arrays of float8 arrive as numbers, whatever is in them', async () => {
  await using db = await testDatabase();
  const { rows } = await db.pool.query<{ a: unknown; none: unknown; deep: unknown }>(
    `select array[1.5, null, 'NaN', '-Infinity', 1e300]::float8[] as a, '{}'::float8[] as none,
       array[[1, 2], [3, null]]::float8[] as deep`,
  );
  expect(rows[0]).toEqual({
    a: [1.5, null, NaN, -Infinity, 1e300],
    none: [],
    deep: [
      [1, 2],
      [3, null],
    ],
  });
});

describe('a transaction', () => {
  test('is repeated when two lock each other out', async () => {
    await using db = await testDatabase();
    await db.pool.query('create table pair as select i, 0 as n from generate_series(1, 2) i');
    let tries = 0;
    let holding = 0;
    const both = Promise.withResolvers<void>();
    const raise = (first: number, second: number) =>
      transaction(db.pool, async (client) => {
        tries += 1;
        await client.query('update pair set n = n + 1 where i = $1', [first]);
        holding += 1;
        if (holding >= 2) both.resolve();
        await both.promise;
        await client.query('update pair set n = n + 1 where i = $1', [second]);
      });
    await Promise.all([raise(1, 2), raise(2, 1)]);
    expect(tries).toBeGreaterThan(2);
    const { rows } = await db.pool.query('select n from pair');
    expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
  });

  test('that fails leaves nothing and gives its connection back', async () => {
    await using db = await testDatabase();
    const failing = transaction(db.pool, async (client) => {
      await client.query(`insert into setting (key, value, updated_by) values ('a', '1', 'x')`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect((await db.pool.query(`select from setting where key = 'a'`)).rowCount).toBe(0);
    expect(db.pool.idleCount).toBe(db.pool.totalCount);
  });
});

test('a server that hangs is given up for now, instead of being waited for without end', async () => {
  await using db = await testDatabase();
  const { port, hostname } = new URL(db.url);
  await using stack = new AsyncDisposableStack();
  // Forwards what is asked, and the answers until it is told to hang.
  const hang = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    socket
      .on('error', () => {})
      .pipe(onward)
      .on('error', () => {})
      .pipe(socket);
    void hang.promise.then(() => onward.unpipe(socket));
    stack.defer(() => void onward.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  const target = new URL(db.url);
  target.port = String((server.address() as AddressInfo).port);
  const patience = { statementTimeoutMs: 50, answerGraceMs: 50 };
  await using pool = createPool(target.href, { ...application, ...patience });
  await pool.query('select 1');
  hang.resolve();
  const error = await pool.query('select 1').catch((cause: unknown) => databaseError(cause));
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  expect(pool.totalCount).toBe(0);
});
