/**
 * The contract over HTTP: oRPC's own protocol for the web console (`/api/rpc`, `/api/ws`) and plain REST with OpenAPI
 * (`/api`). All three run the same router behind the same gate; errors of REST are problem documents (RFC 9457).
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { OpenAPIHandler } from '@orpc/openapi/fastify';
import { onError, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/fastify';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { sentenceOf } from '../../core/errors.ts';
import type { OperationContext } from '../../service/operations/context.ts';
import { parsePeerMessage } from '../../service/operations/peer-message.ts';
import type { operationRouter } from '../../service/operations/router.ts';
import type { OpenLogins } from './open-logins.ts';
import { bodyRefusal, maxBodyBytes } from './body-limit.ts';
import { isLoginProblem } from './caller.ts';
import { isSameOrigin } from './origin-check.ts';

export interface RpcMountOptions {
  readonly router: typeof operationRouter;
  /** Who asks, by what the request shows; `reply` is null on a WebSocket, which cannot set cookies any more. */
  readonly contextOf: (
    headers: FastifyRequest['headers'],
    reply: FastifyReply | null,
  ) => Promise<OperationContext>;
  readonly logins: OpenLogins;
  readonly publicUrl: () => string;
  /** Of one WebSocket, before it is cut off. */
  readonly maxUnsentBytes?: number | undefined;
  /** An operation failed inside the program; what its caller is told holds no details. */
  readonly failed: (error: unknown) => void;
}

export function mountRpc(server: FastifyInstance, options: RpcMountOptions): void {
  const rpc = new RPCHandler(options.router, { interceptors: [onError(reportTo(options))] });
  const rest = new OpenAPIHandler(options.router, {
    interceptors: [onError(reportTo(options))],
    customErrorResponseBodyEncoder: problemDocument,
  });
  void server.register(async (scope) => {
    // oRPC reads the body itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { bodyLimit: maxBodyBytes }, (_request, _body, done) =>
      done(null),
    );
    scope.addHook('onRequest', async (request, reply) => {
      const { origin, host } = request.headers;
      const publicUrl = options.publicUrl();
      const refusal = isSameOrigin({ origin, host, publicUrl })
        ? bodyRefusal(request.headers)
        : foreignOrigin;
      if (refusal !== null) await reply.code(refusal.status).send(refusal);
    });
    scope.all('/api/rpc/*', async (request, reply) => {
      const context = await options.contextOf(request.headers, reply);
      const { matched } = await rpc.handle(request, reply, { prefix: '/api/rpc', context });
      if (!matched) await reply.code(404).send(noSuchOperation);
    });
    scope.all('/api/*', async (request, reply) => {
      const context = await options.contextOf(request.headers, reply);
      const { matched } = await rest.handle(request, reply, { prefix: '/api', context });
      if (!matched) await reply.code(404).type(problemType).send(noSuchOperation);
    });
    scope.addHook('onSend', async (request, reply) => {
      const isRest = request.url.startsWith('/api/') && !request.url.startsWith('/api/rpc/');
      if (isRest && reply.statusCode >= 400) reply.type(problemType);
      if (reply.statusCode === 401) reply.header('www-authenticate', 'Bearer');
      // Answers are for one person and one moment; nothing on the way may keep them.
      reply.header('cache-control', 'no-store');
    });
  });
}

export const problemType = 'application/problem+json';
const noSuchOperation = {
  type: 'about:blank',
  title: 'Not found',
  status: 404,
  detail: 'there is no such operation; see /docs',
};
const foreignOrigin = {
  type: 'about:blank',
  title: 'Forbidden',
  status: 403,
  detail: 'the request came from another site',
};

function problemDocument(error: ORPCError<string, unknown>): unknown {
  return {
    type: 'about:blank',
    title: error.code.toLowerCase().replaceAll('_', ' '),
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error.data === undefined ? {} : { errors: error.data }),
  };
}

function reportTo({ failed }: RpcMountOptions): (error: unknown) => void {
  return (error) => {
    if (error instanceof ORPCError && error.code === 'INTERNAL_SERVER_ERROR') failed(error.cause);
  };
}

/**
 * What may wait for one console to take it. Streams are not slowed by a WebSocket, so a console that hangs would fill
 * the memory; cut off, it comes back by itself.
 */
const maxUnsentBytes = 64 * 1024 * 1024;

/** The socket as the handler sees it: what is no request ends the connection (1003, RFC 6455 §7.4.1). */
function requestsOf(
  socket: WebSocket,
  maxUnsent: number,
): Pick<WebSocket, 'addEventListener' | 'send'> {
  const guarded = (event: string, listener: (event: { data?: unknown }) => void) => {
    if (event !== 'message') return void socket.on(event, () => listener({}));
    return void socket.on('message', (data: Buffer, isBinary: boolean) => {
      const text = isBinary ? null : data.toString();
      if (parsePeerMessage(text) === null) socket.close(1003, 'not a request');
      else listener({ data: text });
    });
  };
  return {
    addEventListener: guarded as WebSocket['addEventListener'],
    send: (data: string) => {
      if (socket.bufferedAmount > maxUnsent) socket.terminate();
      else socket.send(data);
    },
  };
}

/** How long something may outlive a login whose end was announced while nobody listened, or that ran out. */
const loginCheckMs = 30_000;

/** RFC 6455 §7.4.1: the endpoint refuses to go on for a policy of its own. */
const policyViolation = 1_008;

/** The WebSocket of the web console, and of programs. It ends with the login it came with. */
export function mountSocket(http: Server, options: RpcMountOptions): Disposable {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxBodyBytes });
  const handler = new SocketHandler(options.router, { interceptors: [onError(reportTo(options))] });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { origin, host } = request.headers;
    const publicUrl = options.publicUrl();
    if (request.url?.split('?', 1)[0] !== '/api/ws' || !isSameOrigin({ origin, host, publicUrl })) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    void serve(request, socket, head);
  };
  // The context comes first: a message that arrives before the handler listens would be lost.
  const serve = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const context = await options.contextOf(request.headers, null);
    const { actor } = context;
    if (actor.problem !== undefined) {
      // Refused, so that the console comes back once it can be recognised.
      const status = isLoginProblem(actor.problem)
        ? '401 Unauthorized\r\nwww-authenticate: Bearer'
        : '503 Service Unavailable';
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened: WebSocket) => {
      opened.on('error', () => opened.terminate());
      closeWithLogin(opened, context);
      void handler.upgrade(requestsOf(opened, options.maxUnsentBytes ?? maxUnsentBytes), {
        context,
      });
    });
  };
  http.on('upgrade', upgrade);
  const checking = setInterval(() => options.logins.look(), loginCheckMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(checking);
      http.off('upgrade', upgrade);
      for (const socket of sockets.clients) socket.close(1001, 'the server is stopping');
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function closeWithLogin(socket: WebSocket, { follow }: OperationContext): void {
  if (follow === undefined) return;
  const login = follow();
  socket.on('close', () => login[Symbol.dispose]());
  login.signal.addEventListener('abort', () =>
    socket.close(policyViolation, sentenceOf(login.signal.reason)),
  );
}
