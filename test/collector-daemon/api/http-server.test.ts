import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Registry } from 'prom-client';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { RouterClient } from '@orpc/server';
import { WebSocket } from 'ws';
import type { operationRouter } from '../../../service/operations/router.ts';
import { type HttpServer, startHttpServer } from '../../../collector-daemon/api/http-server.ts';
import { createLoginToken, logIn } from '../../../service/store/people/login.ts';
import { createPool, type DatabasePool } from '../../../service/store/connection/pool.ts';
import { ensureUser } from '../../../service/store/people/user.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { testServices } from '../../support/operation-client.ts';

const publicUrl = 'https://nocturne.example';
let stack: AsyncDisposableStack;
let db: TestDatabase;
let server: HttpServer;
/** What the server asks; the tests take it away. */
let pool: DatabasePool;
let unready: readonly string[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  db = stack.use(await testDatabase());
  const services = stack.use(testServices(db));
  pool = db.pool;
  unready = [];
  server = stack.use(
    await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      cookieName: 'nocturne_session_test',
      secure: false,
      consoleFolder: null,
      servicesFor: () => ({
        ...services,
        get pool() {
          return pool;
        },
        node: { ...services.node, publicUrl },
      }),
      metrics: new Registry(),
      unready: () => unready,
      failed: () => {},
    }),
  );
});

afterEach(() => stack.disposeAsync());

async function cookie(): Promise<string> {
  const user = await ensureUser(db.pool, 'ann', 'admin');
  const wanted = { userId: user.id, role: 'admin', createdBy: 'ann' } as const;
  const { token } = await createLoginToken(db.pool, wanted);
  const { sessionToken } = await logIn(db.pool, token);
  return `nocturne_session_test=${sessionToken}`;
}

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;

async function openSocket(headers: Record<string, string>): Promise<WebSocket> {
  const socket = new WebSocket(url('/api/ws').replace('http', 'ws'), { headers });
  stack.defer(() => socket.terminate());
  await once(socket, 'open', { signal: AbortSignal.timeout(5_000) });
  return socket;
}

test('a start that fails leaves no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const start = startHttpServer({
    host: '203.0.113.1',
    port: 0,
    cookieName: 'nocturne_session_test',
    secure: false,
    consoleFolder: null,
    servicesFor: () => expect.unreachable(),
    metrics: new Registry(),
    unready: () => [],
    failed: () => {},
  });
  await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(timers()).toBeLessThanOrEqual(before);
});

describe('with the database away', () => {
  test.each(['/api/devices', '/api/me'])('%s says so instead of asking for a login', async (at) => {
    const headers = { cookie: await cookie() };
    pool = stack.use(createPool('postgres://a:b@127.0.0.1:1/x', { applicationName: 'test' }));
    const answer = await fetch(url(at), { headers });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  });

  test('the program is alive all the same, and not ready, for that reason', async () => {
    const look = async () => {
      const [health, ready] = await Promise.all([fetch(url('/health')), fetch(url('/ready'))]);
      return [health.status, ready.status, await ready.json()];
    };
    expect(await look()).toEqual([200, 200, { ready: true, reasons: [] }]);
    pool = stack.use(createPool('postgres://a:b@127.0.0.1:1/x', { applicationName: 'test' }));
    const away = { ready: false, reasons: ['the database does not answer'] };
    expect(await look()).toEqual([200, 503, away]);
    pool = db.pool;
    expect(await look()).toEqual([200, 200, { ready: true, reasons: [] }]);
  });

  test('a WebSocket is refused, and comes back by itself', async () => {
    const headers = { cookie: await cookie() };
    pool = stack.use(createPool('postgres://a:b@127.0.0.1:1/x', { applicationName: 'test' }));
    await expect(openSocket(headers)).rejects.toThrow('503');
    pool = db.pool;
    await openSocket(headers);
  });
});

test('/ready says in words why the node does not do its work, also when the database is well', async () => {
  unready = ['another collector works for this database; waiting for its turn to end'];
  const answer = await fetch(url('/ready'));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ ready: false, reasons: unready });
  expect((await fetch(url('/health'))).status).toBe(200);
});

test('/api/ws tells whoever asks without an upgrade that it is a WebSocket', async () => {
  const answer = await fetch(url('/api/ws'));
  expect(answer.status).toBe(426);
  expect(answer.headers.get('upgrade')).toBe('websocket');
  expect(await answer.json()).toMatchObject({
    detail: '/api/ws is a WebSocket: ask for an upgrade; a proxy in front must pass it on',
  });
});

test('logging out ends the WebSockets of the session', async () => {
  const headers = { cookie: await cookie() };
  const socket = await openSocket(headers);
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(5_000) });
  await fetch(url('/api/logout'), { method: 'POST', headers });
  expect((await closed)[0]).toBe(1_008);
});

test.each([
  ['no JSON', 'garbage'],
  ['JSON that is no request', '{"i":1,"p":null}'],
  ['bytes', Buffer.of(1, 2, 3)],
])('%s on a WebSocket ends it, and nothing else', async (_what, message) => {
  const [bad, good] = [await openSocket({}), await openSocket({})];
  const closed = once(bad, 'close', { signal: AbortSignal.timeout(5_000) });
  bad.send(message);
  expect((await closed)[0]).toBe(1_003);
  const client: RouterClient<typeof operationRouter> = createORPCClient(
    new RPCLink({ websocket: good as unknown as globalThis.WebSocket }),
  );
  expect(await client.system.me()).toEqual({ name: null, role: 'public' });
});

test.each([
  ['our own', () => url(''), 200],
  ['the public address, behind a proxy', () => publicUrl, 200],
  ['the public host without its TLS', () => 'http://nocturne.example', 403],
  ['another site', () => 'https://evil.example', 403],
])('a request from %s', async (_who, origin, status) => {
  const answer = await fetch(url('/api/logout'), { method: 'POST', headers: { origin: origin() } });
  expect(answer.status).toBe(status);
});

test('an address without anything is a problem document, and no answer may be kept on the way', async () => {
  const nowhere = await fetch(url('/nowhere'));
  expect(nowhere.status).toBe(404);
  expect(nowhere.headers.get('content-type')).toContain('application/problem+json');
  expect(await nowhere.json()).toMatchObject({ status: 404, detail: expect.any(String) as string });
  for (const path of ['/api/me', '/api/devices', '/api/nowhere']) {
    expect((await fetch(url(path))).headers.get('cache-control')).toBe('no-store');
  }
});

test('a body that is too large is refused before it is read', async () => {
  const body = 'x'.repeat(8 * 1024 * 1024 + 1);
  const answer = await fetch(url('/api/login'), { method: 'POST', body });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ status: 413, detail: expect.any(String) as string });
});

test('a body of unannounced length is refused', async () => {
  const body = new Blob(['{}']).stream();
  const answer = await fetch(url('/api/login'), {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit);
  expect(answer.status).toBe(411);
});
