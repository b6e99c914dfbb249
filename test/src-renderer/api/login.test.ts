import { ORPCError } from '@orpc/client';
import { expect, it, vi } from 'vitest';
import type { Connection } from '../../../src-renderer/api/console-client.ts';
import type { LinkState } from '../../../src-renderer/api/link-state.ts';
import { Login } from '../../../src-renderer/api/login.ts';
import { createConsoleServices } from '../../../src-renderer/app/console-services.ts';
import { createStore } from '../../../src-renderer/settings/store.ts';

const loginRequired = () => new ORPCError('LOGIN_REQUIRED', { message: 'log in first' });

/** A server that knows who asks until the test says otherwise. */
function heldServer() {
  const server = { knows: true, reachable: true };
  const answer = <Value>(value: Value) => {
    if (!server.reachable) throw new TypeError('Failed to fetch');
    if (!server.knows) throw loginRequired();
    return value;
  };
  const system = {
    me: async () => answer({ name: 'ada', role: 'viewer' }),
    logout: async () => answer({ ended: true }),
    watchStatus: async () => answer((async function* silent() {})()),
  };
  const client = { system } as unknown as Connection['client'];
  const connection: Connection = {
    home: 'web',
    client,
    loginClient: client,
    state: createStore<LinkState>({ kind: 'open', sinceMs: 0 }),
    restart: () => undefined,
    start: () => undefined,
  };
  return { connection, server };
}

it('stays in while the server cannot be told to end the session', async () => {
  const { connection, server } = heldServer();
  const login = new Login(connection);
  await login.check();
  server.reachable = false;
  await expect(login.leave()).rejects.toThrow('Failed to fetch');
  expect(login.state.get().kind).toBe('in');
  server.reachable = true;
  await login.leave();
  expect(login.state.get()).toEqual({ kind: 'out', problem: null });
});

it('says so when a session ends while the console is open', async () => {
  const { connection, server } = heldServer();
  const { login, status } = createConsoleServices(connection);
  await login.check();
  expect(login.state.get()).toMatchObject({ kind: 'in', name: 'ada' });
  server.knows = false;
  const watching = new AbortController();
  status.start(watching.signal);
  await vi.waitFor(() => expect(login.state.get().kind).toBe('out'));
  expect(login.state.get()).toMatchObject({ problem: expect.stringContaining('has ended') });
  watching.abort();
});
