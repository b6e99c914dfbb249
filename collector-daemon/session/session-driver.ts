/**
 * What a protocol does for a session. The runner knows when to connect, to ask, to wait and to give up; a driver knows
 * how, and finds by itself the way of asking that its target takes. One driver serves one target, connect after connect.
 */
import type { PathSubscription } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Clock, Timers } from '../../core/time.ts';
import type { FailureClass } from './session-state.ts';
import type { TargetFacts } from './target-facts.ts';

export interface SessionDriver {
  /**
   * Opens the way to the target; `connected` or `failed` follows within a time that the driver sets itself, whatever the
   * target does. Never while another connect is open.
   */
  connect(listener: DriverListener): void;
  /** Asks for what is subscribed; once a connect, after `connected`. */
  subscribe(): void;
  /** Stops reading, also what is not open yet, so that the target is slowed by the transport's flow control. */
  pause(): void;
  resume(): void;
  /** Gives up the connection with all that is on it. Nothing of it is told any more. */
  close(): void;
  /** What the next driver for this target is to be given, whenever and wherever; null: nothing. */
  readonly learnt: Learnt | null;
}

/** JSON that only the protocol's own driver reads. */
export type Learnt = Readonly<Record<string, unknown>>;

/** What comes of one connect, in the order of the wire; called synchronously. */
export interface DriverListener {
  connected(target: TargetFacts): void;
  /**
   * The target is asked for these from now on: all that is subscribed, but for what it refuses.
   * @param how for people, where there are several ways
   */
  asked(subscriptions: readonly PathSubscription[], how: string): void;
  notified(update: Extract<Notification, { kind: 'update' }>): void;
  /** The initial set is complete. @param receivedAtMs since the epoch */
  synced(receivedAtMs: number): void;
  /** The target takes the other paths but not these. */
  pathsRefused(refused: readonly RefusedPath[]): void;
  /** The last word of a connect; the runner closes it. */
  failed(failure: SessionFailure): void;
}

export interface SessionFailure {
  readonly class: FailureClass;
  /** What happened, to which target, what to do. */
  readonly sentence: string;
}

/**
 * `invalid`: the path or its mode is wrong, `denied`: our user may not see it; somebody should mend these. `absent`: the
 * target's model lacks it.
 */
export type RefusalKind = 'invalid' | 'denied' | 'absent';

export interface RefusedPath {
  readonly path: string;
  readonly kind: RefusalKind;
  /** The target's own words. */
  readonly reason: string;
}

export interface DriverOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly connectTimeoutMs?: number | undefined;
  /** By an earlier driver for the same endpoint. */
  readonly learnt?: Learnt | null | undefined;
}
