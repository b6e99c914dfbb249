import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { Connection } from './console-client.ts';
import { ReconnectingLink } from './reconnecting-link.ts';

/** WebSocket for everything, plain HTTP for logging in and out: only a response can set the HttpOnly cookie. */
export function connectWeb(origin: string): Connection {
  const link = new ReconnectingLink(`${origin.replace(/^http/, 'ws')}/api/ws`);
  const httpLink = new RPCLink({ url: `${origin}/api/rpc` });
  return {
    home: 'web',
    client: createORPCClient(link),
    loginClient: createORPCClient(httpLink),
    state: link.state,
    restart: () => link.restart(),
    start: () => link.start(),
  };
}
