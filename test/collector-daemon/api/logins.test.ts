/** What lets a caller in, on each transport, and that everything of it ends with it at once. */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createORPCClient } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { type HttpServer, startHttpServer } from '../../../collector-daemon/api/http-server.ts';
import { createPool, type DatabasePool } from '../../../service/store/connection/pool.ts';
import { createLoginToken, logIn } from '../../../service/store/people/login.ts';
import { ensureUser, type UserRole } from '../../../service/store/people/user.ts';
import type { Status } from '../../../core/contract/system.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import {
  type OperationClient,
  operationsAs,
  quietLive,
  quietStatus,
  testServices,
  type TestServices,
} from '../../support/operation-client.ts';

const cookieName = 'nocturne_session_test';
let stack: AsyncDisposableStack;
let db: TestDatabase;
let services: TestServices;
let servers: readonly [HttpServer, HttpServer];
/** What the servers ask; a test takes it away. */
let pool: DatabasePool;

/** Two web nodes on one database. */
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  db = stack.use(await testDatabase());
  services = stack.use(testServices(db));
  pool = db.pool;
  const start = () =>
    startHttpServer({
      host: '127.0.0.1',
      port: 0,
      cookieName,
      secure: false,
      consoleFolder: null,
      servicesFor: () => ({
        ...services,
        live: { ...quietLive, watchStatus: lasting },
        get pool() {
          return pool;
        },
      }),
      metrics: new Registry(),
      unready: () => [],
      failed: () => {},
    });
  servers = [stack.use(await start()), stack.use(await start())];
  await services.listener.ready;
  await ensureUser(db.pool, 'root', 'admin');
});

afterEach(async () => {
  // A call whose socket was closed under it still waits for its answer of the database.
  while (db.pool.idleCount < db.pool.totalCount) await setImmediate();
  await stack.disposeAsync();
});

async function* lasting(signal: AbortSignal): AsyncGenerator<Status> {
  yield quietStatus;
  await once(signal, 'abort').catch(() => {});
}

const url = (path: string, node = 0) => `http://127.0.0.1:${servers[node]!.port}${path}`;
const admin = () => operationsAs(services, 'admin');

async function person(name: string, role: UserRole) {
  const { id } = await ensureUser(db.pool, name, role);
  const { token } = await createLoginToken(db.pool, { userId: id, role, createdBy: 'test' });
  const { sessionToken } = await logIn(db.pool, token);
  return { id, headers: { cookie: `${cookieName}=${sessionToken}` } };
}

async function apiToken(role: UserRole) {
  const made = await admin().token.create({ name: `a ${role}`, role });
  return { ...made, headers: { authorization: `Bearer ${made.token}` } };
}

type Headers = Record<string, string>;

async function openSocket(
  headers: Headers,
): Promise<{ socket: WebSocket; client: OperationClient }> {
  const socket = new WebSocket(url('/api/ws').replace('http', 'ws'), { headers });
  stack.defer(() => socket.terminate());
  await once(socket, 'open', { signal: AbortSignal.timeout(10_000) });
  const link = new SocketLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { socket, client: createORPCClient(link) };
}

const overHttp = (headers: Headers): OperationClient =>
  createORPCClient(new HttpLink({ url: url('/api/rpc'), headers }));

/** Streams that go on for ever: one to which something comes, and one to which nothing does. */
async function openStreams(client: OperationClient) {
  const status = await client.system.watchStatus();
  const sessions = await client.device.watch();
  await sessions.next();
  return [status, sessions];
}

/** How a stream ends, whatever comes before. */
async function endOf(stream: AsyncIterator<unknown>): Promise<unknown> {
  try {
    for (;;) if ((await stream.next()).done === true) return 'ended';
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  }
}

describe('an API token', () => {
  test('lets a program in over REST, the console’s protocol and a WebSocket, with its role', async () => {
    const { headers } = await apiToken('viewer');
    const me = { name: 'token a viewer', role: 'viewer' };
    expect(await (await fetch(url('/api/me'), { headers })).json()).toEqual(me);
    expect((await fetch(url('/api/devices'), { headers })).status).toBe(200);
    expect((await fetch(url('/api/people'), { headers })).status).toBe(403);
    expect(await overHttp(headers).system.me()).toEqual(me);
    await expect(overHttp(headers).people.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { client } = await openSocket(headers);
    expect(await client.system.me()).toEqual(me);
    await expect(client.token.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('that is not good is refused in words, whatever cookie comes with it', async () => {
    const { headers } = await person('ann', 'admin');
    for (const bad of ['nct_unknown', 'something', 'nct_x y']) {
      const answer = await fetch(url('/api/devices'), {
        headers: { ...headers, authorization: `Bearer ${bad}` },
      });
      if (bad.includes(' ')) continue;
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await answer.json()).toMatchObject({
        code: 'LOGIN_REQUIRED',
        detail: expect.stringMatching(
          /^this token is unknown, was revoked or has run out/,
        ) as string,
      });
    }
    const refused = openSocket({ ...headers, authorization: 'Bearer nct_unknown' });
    await expect(refused).rejects.toThrow('401');
  });

  test('is not taken for what a proxy in front sends, and sends nobody’s cookie', async () => {
    const { headers } = await person('ann', 'viewer');
    const basic = { ...headers, authorization: 'Basic bm9jOm5vYw==' };
    expect(await (await fetch(url('/api/me'), { headers: basic })).json()).toMatchObject({
      name: 'ann',
    });
    const token = await apiToken('viewer');
    const lower = { authorization: `bearer   ${token.token}` };
    const answer = await fetch(url('/api/me'), { headers: lower });
    expect(await answer.json()).toMatchObject({ name: 'token a viewer' });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('does not let pages of other sites in', async () => {
    const { headers } = await apiToken('admin');
    const foreign = { ...headers, origin: 'https://evil.example' };
    expect((await fetch(url('/api/devices'), { headers: foreign })).status).toBe(403);
    await expect(openSocket(foreign)).rejects.toThrow('403');
  });

  test('of a wall board is kept by its browser', async () => {
    const { token } = await apiToken('viewer');
    const answer = await fetch(url('/api/login'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/; Max-Age=31[45]\d{5}; Path=\/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: cookie.split(';')[0]! };
    expect(await (await fetch(url('/api/me', 1), { headers })).json()).toEqual({
      name: 'token a viewer',
      role: 'viewer',
    });
  });
});

test('a login on one web node is one on all of them', async () => {
  const { id } = await ensureUser(db.pool, 'ann', 'viewer');
  const { token } = await createLoginToken(db.pool, { userId: id, role: 'viewer', createdBy: 'x' });
  const answer = await fetch(url('/api/login', 0), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const headers = { cookie: answer.headers.get('set-cookie')!.split(';')[0]! };
  expect(await (await fetch(url('/api/me', 1), { headers })).json()).toMatchObject({ name: 'ann' });
  await fetch(url('/api/logout', 1), { method: 'POST', headers });
  expect(await (await fetch(url('/api/me', 0), { headers })).json()).toMatchObject({ name: null });
});

interface Case {
  readonly what: string;
  readonly begin: () => Promise<{ headers: Headers; end: () => Promise<unknown> }>;
  readonly code: string;
}

const cases: readonly Case[] = [
  {
    what: 'a token that is revoked',
    begin: async () => {
      const { headers, id } = await apiToken('admin');
      return { headers, end: () => admin().token.revoke({ id }) };
    },
    code: 'LOGIN_REQUIRED',
  },
  {
    what: 'a person who is let in no more',
    begin: async () => {
      const { headers, id } = await person('ann', 'admin');
      return { headers, end: () => admin().people.disable({ id }) };
    },
    code: 'LOGIN_REQUIRED',
  },
  {
    what: 'a person who is lowered',
    begin: async () => {
      const { headers, id } = await person('ann', 'admin');
      return { headers, end: () => admin().people.setRole({ id, role: 'viewer' }) };
    },
    code: 'CONFLICT',
  },
  {
    what: 'a login that an admin ends',
    begin: async () => {
      const { headers } = await person('ann', 'admin');
      const end = async () => {
        const [open] = await admin().people.sessions();
        await admin().people.endSession({ id: open!.id });
      };
      return { headers, end };
    },
    code: 'LOGIN_REQUIRED',
  },
  {
    what: 'a login that is left on another node',
    begin: async () => {
      const { headers } = await person('ann', 'admin');
      const end = () => fetch(url('/api/logout', 1), { method: 'POST', headers });
      return { headers, end };
    },
    code: 'LOGIN_REQUIRED',
  },
];

describe.each(cases)('with $what', ({ begin, code }) => {
  test('its streams over HTTP end at once', async () => {
    const { headers, end } = await begin();
    const streams = await openStreams(overHttp(headers));
    const rest = await fetch(url('/api/devices/watch'), { headers });
    const ends = streams.map(endOf);
    const restEnd = rest.text();
    await end();
    expect(await Promise.all(ends)).toEqual([code, code]);
    expect(await restEnd).toContain(code === 'CONFLICT' ? 'from now on' : 'this login has ended');
  });

  test('its WebSocket closes, and until then its calls go by what it may do now', async () => {
    const { headers, end } = await begin();
    const { socket, client } = await openSocket(headers);
    expect((await client.people.list()).length).toBeGreaterThan(0);
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
    await end();
    await expect(client.people.list()).rejects.toThrow(/./);
    expect((await closed)[0]).toBe(1_008);
  });
});

test('a WebSocket goes on as who it was while the database is away', async () => {
  const { headers } = await person('ann', 'viewer');
  const { client } = await openSocket(headers);
  await client.system.status();
  pool = stack.use(createPool('postgres://a:b@127.0.0.1:1/x', { applicationName: 'test' }));
  expect(await client.system.status()).toMatchObject({ database: 'unreachable' });
  expect(await client.system.me()).toEqual({ name: 'ann', role: 'viewer' });
});

test('what is read of a login leaves nothing behind', async () => {
  const { headers } = await person('ann', 'viewer');
  const { client } = await openSocket(headers);
  for (let times = 0; times < 50; times += 1) {
    const stream = await client.device.watch();
    await stream.next();
    await stream.return?.();
  }
  const stop = await client.device.watch();
  const end = endOf(stop);
  const [open] = await admin().people.sessions();
  await admin().people.endSession({ id: open!.id });
  expect(await end).not.toBe('ended');
});
