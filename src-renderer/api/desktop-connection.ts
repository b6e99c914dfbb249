import { createORPCClient, type ClientContext, type ClientLink } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { createStore } from '../settings/store.ts';
import type { Connection } from './console-client.ts';
import type { LinkState } from './link-state.ts';

/** What the preload script posts to the window together with the port. */
export const portMessage = 'nocturne:port';

/** The desktop's main process on the other end of a MessagePort, which the preload script hands over. */
export function connectDesktop(page: Window): Connection {
  const state = createStore<LinkState>({ kind: 'connecting', lostAtMs: null });
  const port = portFrom(page);
  const linkReady = port.then((port) => {
    const link = new RPCLink<ClientContext>({ port });
    port.start();
    state.set({ kind: 'open', sinceMs: Date.now() });
    return link;
  });
  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => (await linkReady).call(path, input, options),
  };
  const client: Connection['client'] = createORPCClient(link);
  return {
    home: 'desktop',
    client,
    loginClient: client,
    state,
    restart: () => undefined,
    start: () => undefined,
  };
}

function portFrom(page: Window): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<unknown>) => {
      const port = event.ports[0];
      if (event.source !== page || event.data !== portMessage || port === undefined) return;
      page.removeEventListener('message', listen);
      resolve(port);
    };
    page.addEventListener('message', listen);
  });
}
