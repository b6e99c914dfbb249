/**
 * Serves the built console under the strict policy with the contract answered from memory. Test support; also run by
 * hand to look at the console: `node test/support/console-harness.ts`.
 */
import fastifyStatic from '@fastify/static';
import { RPCHandler as HttpHandler } from '@orpc/server/fastify';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import fastify from 'fastify';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { buildRendererIfOld } from './built-renderer.ts';
import { inventedRouter, inventedToken, type InventedContext } from './invented-operations.ts';

export const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

const cookieName = 'nocturne_session';

export interface ConsoleHarness extends AsyncDisposable {
  readonly origin: string;
  readonly loginUrl: string;
  readonly viewerLoginUrl: string;
  /** Breaks every open socket and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
}

function sessionIn(cookies: string | undefined): string | undefined {
  return new RegExp(`${cookieName}=([^;]+)`).exec(cookies ?? '')?.[1];
}

function contextOf(
  session: string | undefined,
  setSession: InventedContext['setSession'],
): InventedContext {
  if (session === inventedToken) return { role: 'admin', name: 'operator-1', setSession };
  if (session === `${inventedToken}-viewer`)
    return { role: 'viewer', name: 'viewer-1', setSession };
  return { role: 'public', name: null, setSession };
}

export async function startConsoleHarness({ port = 0 } = {}): Promise<ConsoleHarness> {
  const renderer = await buildRendererIfOld();
  const router = inventedRouter();
  const app = fastify();
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', strictPolicy);
    reply.header('x-content-type-options', 'nosniff');
  });
  await app.register(fastifyStatic, { root: renderer, prefix: '/console/', wildcard: false });
  app.get('/console/*', (_request, reply) => reply.sendFile('index.html', renderer));

  const http = new HttpHandler(router);
  await app.register(async (scope) => {
    // oRPC reads the body itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    scope.all('/api/rpc/*', async (request, reply) => {
      const context = contextOf(sessionIn(request.headers.cookie), (token) => {
        const value = token === null ? '; Max-Age=0' : token;
        reply.header('set-cookie', `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict`);
      });
      const { matched } = await http.handle(request, reply, { prefix: '/api/rpc', context });
      if (!matched) reply.status(404).send();
    });
  });

  const sockets = new WebSocketServer({ noServer: true });
  const socketHandler = new SocketHandler(router);
  let cut = false;
  app.server.on('upgrade', (request, socket, head) => {
    if (cut || request.url !== '/api/ws') {
      socket.destroy();
      return;
    }
    const session = sessionIn(request.headers.cookie);
    sockets.handleUpgrade(request, socket, head, (open) => {
      void socketHandler.upgrade(open, { context: contextOf(session, () => undefined) });
    });
  });

  await app.listen({ host: '127.0.0.1', port });
  const address = app.server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  const dropAll = () => {
    for (const socket of sockets.clients) socket.terminate();
  };
  return {
    origin,
    loginUrl: `${origin}/console/login#token=${inventedToken}`,
    viewerLoginUrl: `${origin}/console/login#token=${inventedToken}-viewer`,
    cut() {
      cut = true;
      dropAll();
    },
    restore() {
      cut = false;
    },
    async [Symbol.asyncDispose]() {
      dropAll();
      await app.close();
    },
  };
}

if (process.argv[1] === join(import.meta.dirname, 'console-harness.ts')) {
  const harness = await startConsoleHarness({ port: 4_100 });
  process.stdout.write(`${harness.loginUrl}\n`);
}
