import { once } from 'node:events';
import { connect } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type HttpServer, startHttpServer } from '../../../collector-daemon/api/http-server.ts';
import { seriesIdField } from '../../../core/contract/fields.ts';
import type { LiveFrame } from '../../../core/contract/query.ts';
import { createLoginToken, logIn } from '../../../service/store/people/login.ts';
import { ensureUser } from '../../../service/store/people/user.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { type OperationClient, quietLive, testServices } from '../../support/operation-client.ts';

interface Watched extends AsyncDisposable {
  readonly server: HttpServer;
  readonly db: TestDatabase;
  /** Resolves when a live stream has been given up. */
  readonly streamEnded: Promise<void>;
}

/** A server whose live stream never ends and never waits. */
async function floodingServer(limits: {
  requestTimeoutMs?: number;
  maxUnsentBytes?: number;
}): Promise<Watched> {
  const stack = new AsyncDisposableStack();
  const db = stack.use(await testDatabase());
  const services = stack.use(testServices(db));
  const ended = Promise.withResolvers<void>();
  const server = stack.use(
    await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      cookieName: 'nocturne_session_test',
      secure: false,
      consoleFolder: null,
      servicesFor: () => ({ ...services, live: { ...quietLive, subscribe: flood } }),
      metrics: new Registry(),
      unready: () => [],
      failed: () => {},
      ...limits,
    }),
  );
  async function* flood(): AsyncGenerator<LiveFrame> {
    const values = Array.from({ length: 5_000 }, () => 123_456_789.125);
    const series = values.map(() => 0);
    const timesMs = values.map(() => 1_795_000_000_000);
    try {
      for (;;) {
        yield { kind: 'points', series, timesMs, values };
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      ended.resolve();
    }
  }
  return {
    server,
    db,
    streamEnded: ended.promise,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function cookieFor({ db }: Watched): Promise<string> {
  const user = await ensureUser(db.pool, 'ann', 'viewer');
  const wanted = { userId: user.id, role: 'viewer', createdBy: 'ann' } as const;
  const { token } = await createLoginToken(db.pool, wanted);
  const { sessionToken } = await logIn(db.pool, token);
  return `nocturne_session_test=${sessionToken}`;
}

test('a console that takes nothing any more is cut off, and its streams end', async () => {
  await using watched = await floodingServer({ maxUnsentBytes: 1024 * 1024 });
  const headers = { cookie: await cookieFor(watched) };
  const socket = new WebSocket(`ws://127.0.0.1:${watched.server.port}/api/ws`, { headers });
  await once(socket, 'open');
  const client: OperationClient = createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  );
  const selectors = [{ path: '/interfaces', seriesIds: [seriesIdField.parse(1)] }];
  const stream = await client.query.live({ function: 'value', selectors });
  await stream.next();
  socket.pause();
  await expect(watched.streamEnded).resolves.toBeUndefined();
  socket.terminate();
});

test('a request that does not come to its end is ended', async () => {
  await using watched = await floodingServer({ requestTimeoutMs: 200 });
  const socket = connect(watched.server.port, '127.0.0.1');
  socket.write('POST /api/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"token"');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
  socket.destroy();
});
