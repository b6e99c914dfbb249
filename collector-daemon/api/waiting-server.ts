/**
 * HTTP of a node that still waits for its database: supervisors see a living program, balancers one that is not ready,
 * and why. It gives the port back before the real server takes it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { readyAnswer } from './health.ts';
import { type ListenAddress, listenProblem } from './listen-problem.ts';
import { problemType } from './rpc-mount.ts';

export interface WaitingServerOptions extends ListenAddress {
  /** What `/health` says of the program. */
  readonly facts: { readonly version: string; readonly node: string; readonly role: string };
  readonly reasons: () => readonly string[];
  readonly metrics: Registry;
}

/** @throws NocturneError PORT_TAKEN, CONFIG_INVALID */
export async function startWaitingServer(options: WaitingServerOptions): Promise<AsyncDisposable> {
  const server = createServer((request, response) => void answer(request, response, options));
  // As for the real server: nobody holds a connection by sending a byte a minute.
  Object.assign(server, { requestTimeout: 10_000, headersTimeout: 10_000 });
  server.listen({ host: options.host, port: options.port });
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw listenProblem(cause, options);
  }
  return { [Symbol.asyncDispose]: () => close(server) };
}

async function answer(
  { url = '/', method }: IncomingMessage,
  response: ServerResponse,
  { facts, reasons, metrics }: WaitingServerOptions,
): Promise<void> {
  const say = (status: number, type: string, body: string) => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(method === 'HEAD' ? undefined : body);
  };
  const json = 'application/json; charset=utf-8';
  switch (url.split('?', 1)[0]) {
    case '/health':
      return say(200, json, JSON.stringify({ status: 'ok', ...facts }));
    case '/ready':
      return say(503, json, JSON.stringify(readyAnswer(reasons())));
    case '/metrics':
      return say(200, metrics.contentType, await metrics.metrics());
    default:
      response.setHeader('retry-after', '5');
      return say(503, problemType, JSON.stringify(starting(reasons())));
  }
}

function starting(reasons: readonly string[]) {
  const detail = `this node is starting: ${reasons.join('; ')}`;
  return { type: 'about:blank', title: 'Not ready', status: 503, detail };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
