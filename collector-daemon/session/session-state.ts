/**
 * The life of a session with one target, as a pure reducer: (state, event) → (state, commands).
 *
 *   idle         nothing yet                                 leaves by: start
 *   connecting   transport and Capabilities under way        leaves by: connected, failed
 *   subscribing  Subscribe sent, nothing heard yet           leaves by: heard, synced, failed
 *   syncing      updates come, initial set not complete      leaves by: synced, settled, failed
 *   streaming    initial set complete, or never said to be   leaves by: failed
 *   backing-off  waiting to try again                        leaves by: retry-due
 *   refused      the target said no for good; tried rarely   leaves by: retry-due
 *   stopped      ended by us; final
 *
 * Each state that waits for the target has a limit (`stateLimitMs`): the runner ends it with `failed`, or with `settled`
 * where updates come for so long without a word that they are complete.
 *
 * `stop` is heard in every state. An event that does not fit the state is ignored: it comes from a stream that was
 * given up before.
 */
import type { SessionStateName } from '../../core/contract/device.ts';
import type { BreakCause } from '../../core/inventory/session-break.ts';
import type { TargetFacts } from './target-facts.ts';

export interface SessionState {
  readonly name: SessionStateName;
  readonly sinceMs: number;
  /** Failures since the session last held for `stableAfterMs`. */
  readonly failures: number;
  readonly connects: number;
  readonly lastError: string | null;
  readonly lastErrorAtMs: number | null;
  /** Why it does not deliver any more; null before the first failure. */
  readonly brokeBy: BreakCause | null;
  readonly target: TargetFacts | null;
}

export type FailureClass =
  /** The network or the target may recover by itself. */
  | 'transient'
  /** Wrong credentials, paths or encodings: only a change helps. */
  | 'permanent';

export type SessionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'connected'; readonly target: TargetFacts }
  | { readonly kind: 'heard' }
  | { readonly kind: 'synced' }
  /** Updates come, and no word that the initial set is complete: some targets never say it. */
  | { readonly kind: 'settled' }
  | {
      readonly kind: 'failed';
      readonly class: FailureClass;
      readonly sentence: string;
      /** Default: the connection was lost. */
      readonly cause?: BreakCause;
    }
  | { readonly kind: 'retry-due' }
  | { readonly kind: 'stop' };

export type SessionCommand =
  | { readonly kind: 'connect' }
  | { readonly kind: 'subscribe' }
  /** Close the channel with everything on it. */
  | { readonly kind: 'close' }
  | { readonly kind: 'wait'; readonly class: FailureClass; readonly attempt: number }
  /** The stream broke off: the next sample of each series has no predecessor. */
  | { readonly kind: 'mark-gap'; readonly reason: string };

export interface Transition {
  readonly state: SessionState;
  readonly commands: readonly SessionCommand[];
}

/** How long a state may last that waits for the target; null for those that end otherwise. */
export const stateLimitMs: Readonly<Record<SessionStateName, number | null>> = {
  idle: null,
  // A driver bounds each of its steps itself.
  connecting: null,
  subscribing: 30_000,
  syncing: 60_000,
  streaming: null,
  'backing-off': null,
  refused: null,
  stopped: null,
};

/** A session that held this long has proven itself; its next failure starts the back-off anew. */
export const stableAfterMs = 30_000;

export function initialSessionState(nowMs: number): SessionState {
  return {
    name: 'idle',
    sinceMs: nowMs,
    failures: 0,
    connects: 0,
    lastError: null,
    lastErrorAtMs: null,
    brokeBy: null,
    target: null,
  };
}

export function advanceSession(
  state: SessionState,
  event: SessionEvent,
  nowMs: number,
): Transition {
  switch (event.kind) {
    case 'start':
      return state.name === 'idle'
        ? to(state, 'connecting', nowMs, [{ kind: 'connect' }])
        : stay(state);
    case 'connected':
      return state.name === 'connecting'
        ? to({ ...state, target: event.target }, 'subscribing', nowMs, [{ kind: 'subscribe' }])
        : stay(state);
    case 'heard':
      return state.name === 'subscribing' ? to(state, 'syncing', nowMs) : stay(state);
    case 'synced':
      return state.name === 'subscribing' || state.name === 'syncing'
        ? to({ ...state, connects: state.connects + 1 }, 'streaming', nowMs)
        : stay(state);
    case 'settled':
      return state.name === 'syncing'
        ? to({ ...state, connects: state.connects + 1 }, 'streaming', nowMs)
        : stay(state);
    case 'failed':
      return fail(state, event, nowMs);
    case 'retry-due':
      return state.name === 'backing-off' || state.name === 'refused'
        ? to(state, 'connecting', nowMs, [{ kind: 'connect' }])
        : stay(state);
    case 'stop':
      return state.name === 'stopped'
        ? stay(state)
        : to(state, 'stopped', nowMs, [{ kind: 'close' }]);
    default:
      return event satisfies never;
  }
}

function fail(
  state: SessionState,
  event: Extract<SessionEvent, { kind: 'failed' }>,
  nowMs: number,
): Transition {
  const heard = state.name === 'syncing' || state.name === 'streaming';
  if (!heard && state.name !== 'connecting' && state.name !== 'subscribing') return stay(state);
  const held = state.name === 'streaming' && nowMs - state.sinceMs >= stableAfterMs;
  const failures = held ? 1 : state.failures + 1;
  const next = {
    ...state,
    failures,
    lastError: event.sentence,
    lastErrorAtMs: nowMs,
    brokeBy: event.cause ?? 'connection-lost',
  };
  return to(next, event.class === 'permanent' ? 'refused' : 'backing-off', nowMs, [
    { kind: 'close' },
    ...(heard ? [{ kind: 'mark-gap', reason: event.sentence } as const] : []),
    { kind: 'wait', class: event.class, attempt: failures },
  ]);
}

function to(
  state: SessionState,
  name: SessionStateName,
  nowMs: number,
  commands: readonly SessionCommand[] = [],
): Transition {
  return { state: { ...state, name, sinceMs: nowMs }, commands };
}

function stay(state: SessionState): Transition {
  return { state, commands: [] };
}
