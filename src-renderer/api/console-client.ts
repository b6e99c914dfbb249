/** The typed client of the contract, over whichever transport this window has. */
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../core/contract/contract.ts';
import type { ReadableStore } from '../settings/store.ts';
import type { LinkState } from './link-state.ts';

export type ConsoleClient = ContractRouterClient<Contract>;

export interface Connection {
  readonly home: 'web' | 'desktop';
  /** All operations and streams. */
  readonly client: ConsoleClient;
  /** The same operations over a transport that may set the session cookie. */
  readonly loginClient: ConsoleClient;
  readonly state: ReadableStore<LinkState>;
  /** Drops and reopens the connection. */
  restart(): void;
  start(): void;
}
