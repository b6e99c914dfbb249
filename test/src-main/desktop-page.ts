/**
 * The desktop's page for a plain browser: the built console as `app://` would serve it, and in the page the port that
 * the preload script would hand over, piped through a WebSocket to the desktop services.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { answerAppRequest } from '../../src-main/app-files.ts';
import { consoleUrl } from '../../src-main/app-origin.ts';
import type { DesktopPort } from '../../src-main/desktop-port.ts';
import type { DesktopServices } from '../../src-main/desktop-services.ts';
import { buildRendererIfOld } from '../support/built-renderer.ts';

export interface DesktopPage extends AsyncDisposable {
  readonly origin: string;
  /** Must be called before the page goes anywhere. */
  prepare(page: Page): Promise<void>;
}

/** Browsers take no scheme of one's own, so the one place that asks for it is answered on the way. */
const asksForScheme = /location\.protocol===(["'`])app:\1/;

export async function serveDesktopPage(services: DesktopServices): Promise<DesktopPage> {
  const folder = await buildRendererIfOld();
  const server = createServer((request, response) => {
    void answer(folder, request, response);
  });
  const sockets = new WebSocketServer({ server, path: '/desktop' });
  sockets.on('connection', (socket) => services.serve(fromSocket(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    prepare: async (page) => void (await page.addInitScript(handOverPort)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(folder: string, { method, url }: IncomingMessage, response: ServerResponse) {
  const file = await answerAppRequest({ method: method!, url: consoleUrl(url!) }, folder);
  response.writeHead(file.status, Object.fromEntries(file.headers));
  const isScript = file.headers.get('content-type')?.startsWith('text/javascript');
  if (isScript === true) response.end((await file.text()).replace(asksForScheme, 'true'));
  else response.end(Buffer.from(await file.arrayBuffer()));
}

function fromSocket(socket: ServerSocket): DesktopPort {
  return {
    onMessage: (listener) =>
      socket.on('message', (data: Buffer, isBinary) => listener(isBinary ? data : String(data))),
    onClose: (listener) => socket.on('close', listener),
    postMessage: (message) => socket.send(message as string),
    start: () => {},
    close: () => socket.close(),
  };
}

/** Runs in the page, before any of its own scripts. */
function handOverPort(): void {
  addEventListener('DOMContentLoaded', () => {
    const { port1, port2 } = new MessageChannel();
    const socket = new WebSocket(`ws://${location.host}/desktop`);
    socket.addEventListener('open', () => {
      port1.addEventListener('message', ({ data }) => socket.send(data as string));
      port1.start();
    });
    socket.addEventListener('message', ({ data }) => port1.postMessage(data));
    postMessage('nocturne:port', location.origin, [port2]);
  });
}
