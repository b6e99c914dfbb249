/** What one window of the console is made of, below its components. */
import { createContext, useContext, useEffect, useMemo } from 'react';
import { allows, type Role } from '../../core/contract/operation.ts';
import type { ConsoleClient, Connection } from '../api/console-client.ts';
import { Login } from '../api/login.ts';
import { SessionFeed, type SessionsState } from '../live/session-feed.ts';
import { StatusFeed, type StatusState } from '../live/status-feed.ts';
import { useStore } from '../settings/store.ts';
import type { LinkState } from '../api/link-state.ts';

export interface ConsoleServices {
  readonly connection: Connection;
  readonly login: Login;
  readonly status: StatusFeed;
  readonly sessions: SessionFeed;
}

export function createConsoleServices(connection: Connection): ConsoleServices {
  const login = new Login(connection);
  return {
    connection,
    login,
    // Every screen follows the status, so it is what notices first.
    status: new StatusFeed(connection, () => void login.check()),
    sessions: new SessionFeed(connection),
  };
}

export const ConsoleServicesContext = createContext<ConsoleServices | null>(null);

export function useServices(): ConsoleServices {
  const services = useContext(ConsoleServicesContext);
  if (services === null) throw new Error('no console services above this component');
  return services;
}

export function useClient(): ConsoleClient {
  return useServices().connection.client;
}

export function useLink(): LinkState {
  return useStore(useServices().connection.state);
}

export function useStatus(): StatusState {
  return useStore(useServices().status.state);
}

export function useSessions(): SessionsState {
  const { sessions } = useServices();
  useEffect(() => sessions.watch(), [sessions]);
  return useStore(sessions.state);
}

/** Whether the person logged in may do what needs this role. The server checks again; this only spares a dead button. */
export function useMay(least: Role): boolean {
  const state = useStore(useServices().login.state);
  return state.kind === 'in' && allows(least, state.role);
}

export interface Outage {
  readonly sinceMs: number | null;
  readonly what: 'server' | 'database';
}

/** Why what is on screen is not fresh, or null while it is. */
export function useOutage(): Outage | null {
  const link = useLink();
  const { databaseLostAtMs } = useStatus();
  return useMemo(() => {
    if (link.kind !== 'open') return { sinceMs: link.lostAtMs, what: 'server' };
    return databaseLostAtMs === null ? null : { sinceMs: databaseLostAtMs, what: 'database' };
  }, [link, databaseLostAtMs]);
}
