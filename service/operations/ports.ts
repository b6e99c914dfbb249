/** What the operations need from other parts of the program, small enough for a test to stand in. */
import type { LiveFrame, Query } from '../../core/contract/query.ts';
import type { Status } from '../../core/contract/system.ts';

/** Telemetry as it arrives, and how the arriving goes. */
export interface LiveSource {
  /** Ends when the signal aborts. */
  subscribe(query: Query, signal: AbortSignal): AsyncGenerator<LiveFrame>;
  /** `database`, `devices` and `cluster` are filled in by the operation, which measures them. */
  status(): Status;
  /** The status about once a second. */
  watchStatus(signal: AbortSignal): AsyncGenerator<Status>;
}

/** Which program this is. */
export interface NodeFacts {
  readonly node: string;
  readonly role: 'collector' | 'web' | 'both' | 'desktop';
  readonly version: string;
  readonly cluster: string;
  /** Where browsers reach this node, without a slash at the end; login links begin with it. */
  readonly publicUrl: string;
}

/** The session cookie of the caller; transports without cookies (the desktop) ignore what is set. */
export interface SessionCookies {
  readonly token: string | null;
  /** For so long: a moment would be one of the server's clock, and browsers go by their own. */
  set(token: string, lifeMs: number): void;
  clear(): void;
}
