/** The HTTP server of a node: console, operations, health, metrics, documentation. */
import fastify, { type FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Actor, OperationServices } from '../../service/operations/context.ts';
import { actorOf } from '../../service/operations/login.ts';
import { operationRouter } from '../../service/operations/router.ts';
import { bearerToken, clientName, isLoginProblem, recogniseCaller } from './caller.ts';
import { serveConsole } from './console-files.ts';
import { serveDocumentation } from './documentation.ts';
import { serveHealth } from './health.ts';
import { OpenLogins } from './open-logins.ts';
import { listenProblem } from './listen-problem.ts';
import { measureRequests } from './http-metrics.ts';
import { mountRpc, mountSocket, problemType, type RpcMountOptions } from './rpc-mount.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { sessionCookies } from './session-cookie.ts';

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Of the session; see `cookieNameFor`. */
  readonly cookieName: string;
  /** Cookies are marked secure when people reach the console by HTTPS. */
  readonly secure: boolean;
  readonly consoleFolder: string | null;
  /** Services are given once the port is known, for links are made of it. */
  readonly servicesFor: (port: number) => OperationServices;
  readonly metrics: Registry;
  /** Sentences that say why the node does not do its work; none once it does. */
  readonly unready: () => readonly string[];
  /** A sentence for each request. */
  readonly answered?: ((sentence: string) => void) | undefined;
  /** An operation failed inside the program. */
  readonly failed: (error: unknown) => void;
  /** A request must have arrived whole by then; default a minute. */
  readonly requestTimeoutMs?: number;
  /** What may wait for one WebSocket; default 64 MiB. */
  readonly maxUnsentBytes?: number;
}

export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

/** @throws NocturneError PORT_TAKEN, CONFIG_INVALID where the host is not an address of this machine */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = makeServer(options.requestTimeoutMs ?? 60_000);
  const services = { current: null as OperationServices | null };
  const mount = rpcOptions(options, () => services.current!);
  addSecurityHeaders(server);
  measureRequests(server, options.metrics, options.answered);
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).type(problemType).send(nothingHere),
  );
  serveHealth(server, { services: () => services.current!, unready: options.unready });
  server.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.metrics()),
  );
  server.get('/api/ws', (_request, reply) =>
    reply.code(426).header('upgrade', 'websocket').type(problemType).send(onlyUpgraded),
  );
  mountRpc(server, mount);
  if (options.consoleFolder !== null) await serveConsole(server, options.consoleFolder);
  await serveDocumentation(server, options.cookieName);
  const socket = mountSocket(server.server, mount);
  const port = await listen(server, options).catch((error: unknown) => {
    socket[Symbol.dispose]();
    throw error;
  });
  services.current = options.servicesFor(port);
  const stopListening = services.current.listener.on('nocturne_people', () => mount.logins.look());
  return {
    port,
    async [Symbol.asyncDispose]() {
      stopListening();
      socket[Symbol.dispose]();
      await server.close();
      await mount.logins[Symbol.asyncDispose]();
    },
  };
}

const onlyUpgraded = {
  type: 'about:blank',
  title: 'Upgrade required',
  status: 426,
  detail: '/api/ws is a WebSocket: ask for an upgrade; a proxy in front must pass it on',
};

const nothingHere = {
  type: 'about:blank',
  title: 'Not found',
  status: 404,
  detail:
    'there is nothing at this address; the console is at /console/, the operations are at /docs',
};

function makeServer(requestTimeout: number): FastifyInstance {
  const server = fastify({
    logger: false,
    // A console holds its connections open for hours.
    forceCloseConnections: true,
    // Fastify's own is none: whoever sends a byte a minute would hold connections for ever.
    requestTimeout,
    http: { connectionsCheckingInterval: Math.min(5_000, requestTimeout) },
  });
  // Node exchanges the two where this one is the longer.
  server.server.headersTimeout = Math.min(20_000, requestTimeout);
  return server;
}

function rpcOptions(
  { cookieName, secure, failed, maxUnsentBytes }: HttpServerOptions,
  services: () => OperationServices,
): RpcMountOptions {
  const logins = new OpenLogins((token) => actorOf(services(), token));
  return {
    router: operationRouter,
    failed,
    maxUnsentBytes,
    logins,
    publicUrl: () => services().node.publicUrl,
    async contextOf(headers, reply) {
      const own = sessionCookies(headers.cookie, reply, { name: cookieName, secure });
      const clear = () => {
        if (own.token !== null) logins.end(own.token);
        own.clear();
      };
      const shown = { bearer: bearerToken(headers), cookie: own.token };
      const actor = await recogniseCaller(services(), shown);
      const token = shown.bearer ?? shown.cookie;
      return {
        actor,
        cookies: { ...own, clear },
        services: services(),
        client: clientName(headers),
        ...(actor.name === null ? {} : { follow: () => logins.follow(token!, actor) }),
        ...(reply === null
          ? { recognise: lasting(actor, () => recogniseCaller(services(), shown)) }
          : {}),
      };
    },
  };
}

/** A WebSocket outlives outages of the database: until that can be asked, who it was is who it is. */
function lasting(first: Actor, recognise: () => Promise<Actor>): () => Promise<Actor> {
  let last = first;
  return async () => {
    const now = await recognise();
    if (now.problem === undefined || isLoginProblem(now.problem)) last = now;
    return last;
  };
}

async function listen(server: FastifyInstance, { host, port }: HttpServerOptions): Promise<number> {
  try {
    await server.listen({ host, port });
    return (server.server.address() as AddressInfo).port;
  } catch (cause) {
    await server.close();
    throw listenProblem(cause, { host, port });
  }
}
