/** What every operation is given: who asks, and the services of the program. */
import type { Role } from '../../core/contract/operation.ts';
import type { Uuid } from '../../core/id.ts';
import type { Clock } from '../../core/time.ts';
import type { QueryRouter } from '../query/query-router.ts';
import type { Listener } from '../store/connection/listener.ts';
import type { DatabasePool } from '../store/connection/pool.ts';
import type { SecretBox } from '../store/secret/sealed-secret.ts';
import type { LiveSource, NodeFacts, SessionCookies } from './ports.ts';

export interface Actor {
  /** null: nobody is logged in; the role is `public` then. */
  readonly name: string | null;
  readonly role: Role;
  /** What let the actor in; whoever sits at the machine itself needs none. */
  readonly by?: { readonly session: Uuid } | { readonly token: Uuid };
  /** Why nobody could be recognised, where that failed: asking for a login would not help then. */
  readonly problem?: unknown;
}

export interface OperationServices {
  readonly pool: DatabasePool;
  readonly listener: Listener;
  readonly secrets: SecretBox;
  readonly queries: QueryRouter;
  readonly live: LiveSource;
  readonly node: NodeFacts;
  readonly clock: Clock;
}

/** Ends the streams of a login with it. */
export interface FollowedLogin extends Disposable {
  /** Aborted, with what to say, when the login ends or may do something else than before. */
  readonly signal: AbortSignal;
}

/** Made by the transport for each call. */
export interface OperationContext {
  readonly actor: Actor;
  readonly services: OperationServices;
  readonly cookies: SessionCookies;
  /** What the caller's program calls itself. */
  readonly client?: string | null;
  /** Who it is by now, where the context outlives a call. */
  readonly recognise?: () => Promise<Actor>;
  readonly follow?: () => FollowedLogin;
}
