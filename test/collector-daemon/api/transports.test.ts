/** One gate on every transport: each operation, called by each role that may not, over each way there is. */
import { once } from 'node:events';
import { createORPCClient } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type HttpServer, startHttpServer } from '../../../collector-daemon/api/http-server.ts';
import { contract } from '../../../core/contract/contract.ts';
import { allows, type Role, roles } from '../../../core/contract/operation.ts';
import { createLoginToken, logIn } from '../../../service/store/people/login.ts';
import { ensureUser } from '../../../service/store/people/user.ts';
import { openWindow, testDesktop } from '../../src-main/desktop.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { testServices } from '../../support/operation-client.ts';

interface Operation {
  readonly path: readonly string[];
  readonly least: Role;
  readonly method: string;
  readonly url: string;
}

interface Declared {
  readonly meta: { readonly role: Role };
  readonly route: { readonly method: string; readonly path: string };
}

function declared(tree: object, path: readonly string[] = []): Operation[] {
  return Object.entries(tree).flatMap(([name, part]: [string, object]) => {
    if (!('~orpc' in part)) return declared(part, [...path, name]);
    const { meta, route } = part['~orpc'] as Declared;
    const url = route.path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000');
    return [{ path: [...path, name], least: meta.role, method: route.method, url }];
  });
}

const operations = declared(contract);
const stack = new AsyncDisposableStack();
let db: TestDatabase;
let server: HttpServer;
const cookies = new Map<Role, string>();

beforeAll(async () => {
  db = stack.use(await testDatabase());
  const services = stack.use(testServices(db));
  server = stack.use(
    await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      cookieName: 'nocturne_session_test',
      secure: false,
      consoleFolder: null,
      servicesFor: () => services,
      metrics: new Registry(),
      unready: () => [],
      failed: () => {},
    }),
  );
  for (const role of ['viewer', 'operator', 'admin'] as const) {
    const user = await ensureUser(db.pool, role, role);
    const { token } = await createLoginToken(db.pool, { userId: user.id, role, createdBy: role });
    const { sessionToken } = await logIn(db.pool, token);
    cookies.set(role, `nocturne_session_test=${sessionToken}`);
  }
});
afterAll(() => stack.disposeAsync());

const headersOf = (role: Role): Record<string, string> => {
  const cookie = cookies.get(role);
  return cookie === undefined ? {} : { cookie };
};
const base = () => `http://127.0.0.1:${server.port}`;
const refusal = (role: Role) => (role === 'public' ? 'LOGIN_REQUIRED' : 'FORBIDDEN');

type Call = (input: unknown) => Promise<unknown>;

/** The operation as a function of a client. */
function callOf(client: unknown, path: readonly string[]): Call {
  return path.reduce((part, name) => (part as Record<string, unknown>)[name], client) as Call;
}

/** What each operation above the role answers through a client; by its name. */
async function refusalsOf(client: unknown, role: Role): Promise<[string, string][]> {
  const above = operations.filter(({ least }) => !allows(least, role));
  return Promise.all(
    above.map(async ({ path }): Promise<[string, string]> => {
      const outcome = await callOf(
        client,
        path,
      )({}).then(
        () => 'let through',
        (error: { code?: string }) => error.code ?? 'unknown',
      );
      return [path.join('.'), outcome];
    }),
  );
}

function expectedRefusals(role: Role): [string, string][] {
  return operations
    .filter(({ least }) => !allows(least, role))
    .map(({ path }) => [path.join('.'), refusal(role)]);
}

const lesser = roles.filter((role) => role !== 'admin');

describe.each(lesser)('%s may not do more', (role) => {
  test('over REST', async () => {
    const above = operations.filter(({ least }) => !allows(least, role));
    expect(above.length).toBeGreaterThan(0);
    const statuses = await Promise.all(
      above.map(async ({ path, method, url }) => {
        const answer = await fetch(`${base()}/api${url}`, { method, headers: headersOf(role) });
        const { code } = (await answer.json()) as { code: string };
        return [path.join('.'), answer.status, code];
      }),
    );
    const status = role === 'public' ? 401 : 403;
    expect(statuses).toEqual(expectedRefusals(role).map(([name, code]) => [name, status, code]));
  });

  test('over the console’s protocol', async () => {
    const link = new HttpLink({ url: `${base()}/api/rpc`, headers: headersOf(role) });
    expect(await refusalsOf(createORPCClient(link), role)).toEqual(expectedRefusals(role));
  });

  test('over a WebSocket', async () => {
    const socket = new WebSocket(`${base().replace('http', 'ws')}/api/ws`, {
      headers: headersOf(role),
    });
    await once(socket, 'open');
    const link = new SocketLink({ websocket: socket as unknown as globalThis.WebSocket });
    expect(await refusalsOf(createORPCClient(link), role)).toEqual(expectedRefusals(role));
    socket.terminate();
  });
});

test.each(['viewer', 'operator'] as const)(
  '%s may not do more over the port of a desktop',
  async (role) => {
    await using desktop = await testDesktop({ databaseUrl: db.url, role });
    using window = openWindow(desktop);
    expect(await refusalsOf(window.client, role)).toEqual(expectedRefusals(role));
  },
);

test('each role is recognised on each transport', async () => {
  for (const role of ['viewer', 'operator', 'admin'] as const) {
    const headers = headersOf(role);
    const rest = await fetch(`${base()}/api/me`, { headers });
    expect(await rest.json()).toEqual({ name: role, role });
    const client = createORPCClient(new HttpLink({ url: `${base()}/api/rpc`, headers }));
    expect(await callOf(client, ['system', 'me'])(undefined)).toEqual({ name: role, role });
  }
});

test('a session cookie of another installation, or a made-up one, is nobody', async () => {
  const [, token] = cookies.get('admin')!.split('=');
  for (const cookie of [`nocturne_session_1=${token}`, `nocturne_session_test=x${token}`]) {
    const answer = await fetch(`${base()}/api/me`, { headers: { cookie } });
    expect(await answer.json()).toEqual({ name: null, role: 'public' });
  }
});

test('a login link is used up once, however many try at the same moment', async () => {
  const user = await ensureUser(db.pool, 'viewer', 'viewer');
  const wanted = { userId: user.id, role: 'viewer', createdBy: 'test' } as const;
  const { token } = await createLoginToken(db.pool, wanted);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      fetch(`${base()}/api/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      }),
    ),
  );
  const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
  expect(statuses).toEqual([200, ...Array.from({ length: 11 }, () => 401)]);
  const cookie = answers.find(({ status }) => status === 200)!.headers.get('set-cookie');
  expect(cookie).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
});

test('a WebSocket is opened by our own pages alone', async () => {
  const socket = new WebSocket(`${base().replace('http', 'ws')}/api/ws`, {
    headers: { ...headersOf('admin'), origin: 'https://evil.example' },
  });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 403');
});
