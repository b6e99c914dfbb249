/** All sessions of one worker, by endpoint. A target whose revision changed gets a new session; the same one is left alone. */
import type { RefusedPath, SessionStatus } from '../../core/contract/device.ts';
import type { EndpointId } from '../../core/id.ts';
import type { CollectionTarget, SessionOwner } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Clock, Timers } from '../../core/time.ts';
import type { SessionDetail } from '../../service/store/operating/telemetry-session.ts';
import { BreakLog } from './break-log.ts';
import { openDriver } from './drivers.ts';
import type { Learnt } from './session-driver.ts';
import { FactsWatch } from './facts-watch.ts';
import type { SessionBreak } from '../../core/inventory/session-break.ts';
import { SessionMeter } from './session-meter.ts';
import { SessionRunner } from './session-runner.ts';
import type { SessionState } from './session-state.ts';
import { StallWatch } from './stall-watch.ts';

export interface SessionPoolOptions {
  readonly node: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** in [0, 1) */
  readonly random: () => number;
  /** Called once per session; the answer takes its notifications, in order. */
  readonly openTarget: (target: CollectionTarget) => (notification: Notification) => void;
  readonly changed: (target: CollectionTarget, state: SessionState) => void;
  /**
   * Paths that the target calls wrong, or hides from us: somebody should mend them. Those that its model merely lacks are no event, for
   * most devices lack some; they are told with the session's status.
   */
  readonly pathsInvalid: (deviceName: string, refused: readonly RefusedPath[]) => void;
}

export type PooledStatus = SessionStatus &
  SessionOwner & { readonly detail: SessionDetail; readonly breaks: readonly SessionBreak[] };

interface Held {
  readonly target: CollectionTarget;
  readonly session: SessionRunner;
  readonly meter: SessionMeter;
  readonly facts: FactsWatch;
  readonly breaks: BreakLog;
  /** Undefined until the target has taken, or refused, each path. */
  refusedPaths: readonly RefusedPath[] | undefined;
}

export class SessionPool implements Disposable {
  readonly #options: SessionPoolOptions;
  readonly #held = new Map<EndpointId, Held>();
  readonly #stalls: StallWatch;
  #paused = false;

  constructor(options: SessionPoolOptions) {
    const { clock, timers } = options;
    this.#options = options;
    this.#stalls = new StallWatch({
      clock,
      timers,
      stalled: (stall) => {
        for (const { breaks } of this.#held.values()) breaks.stalled(stall);
      },
    });
  }

  assign(target: CollectionTarget): void {
    const held = this.#held.get(target.endpointId);
    if (held?.target.revision === target.revision) return;
    held?.session[Symbol.dispose]();
    const opened = this.#open(target, held?.session.learnt ?? target.learnt);
    this.#held.set(target.endpointId, opened);
    if (this.#paused) opened.session.pause();
    opened.session.start();
  }

  unassign(endpointId: EndpointId): void {
    this.#held.get(endpointId)?.session[Symbol.dispose]();
    this.#held.delete(endpointId);
  }

  /** Under pressure all sessions stop reading; their targets wait and coalesce. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const { session } of this.#held.values()) {
      if (paused) session.pause();
      else session.resume();
    }
  }

  statuses(): readonly PooledStatus[] {
    return Array.from(this.#held.values(), ({ target, session, ...held }) => ({
      deviceId: target.deviceId,
      endpointId: target.endpointId,
      ...this.#status(session.state, held.meter),
      detail: {
        reported: held.facts.facts,
        refusedPaths: held.refusedPaths,
        asked: session.asked,
        learnt: session.learnt,
      },
      breaks: held.breaks.newest,
    }));
  }

  [Symbol.dispose](): void {
    this.#stalls[Symbol.dispose]();
    for (const endpointId of this.#held.keys()) this.unassign(endpointId);
  }

  #open(target: CollectionTarget, learnt: Learnt | null): Held {
    const { changed, pathsInvalid, openTarget, clock, timers, random } = this.#options;
    const meter = new SessionMeter();
    const facts = new FactsWatch();
    const breaks = new BreakLog({ clock, subscriptions: target.subscriptions });
    const accept = openTarget(target);
    const session: SessionRunner = new SessionRunner({
      target,
      driver: openDriver(target, { clock, timers, learnt }),
      clock,
      timers,
      random,
      recentStall: () => this.#stalls.recent(),
      listener: {
        notified: (notification) => {
          breaks.notified(notification);
          meter.count(notification);
          facts.accept(notification);
          // The target took the subscription as a whole.
          if (notification.kind === 'sync') held.refusedPaths ??= [];
          accept(notification);
        },
        changed: (state) => {
          // The next attempt asks for every path again.
          if (state.name === 'refused') held.refusedPaths = undefined;
          breaks.changed(state);
          changed(target, state);
        },
        pathsRefused: (refused) => {
          held.refusedPaths = refused.map(({ path, reason }) => ({ path, reason }));
          const wrong = refused.filter(({ kind }) => kind !== 'absent');
          if (wrong.length > 0) pathsInvalid(target.deviceName, wrong);
        },
      },
    });
    const held: Held = { target, session, meter, facts, breaks, refusedPaths: undefined };
    return held;
  }

  #status(state: SessionState, meter: SessionMeter): SessionStatus {
    return {
      state: state.name,
      sinceMs: state.sinceMs,
      node: this.#options.node,
      synced: meter.synced && state.name === 'streaming',
      lastError: state.lastError,
      lastErrorAtMs: state.lastErrorAtMs,
      connects: state.connects,
      updatesTotal: meter.updatesTotal,
      updatesPerSecond: meter.updatesPerSecond(this.#options.clock.nowMs()),
      lastUpdateAtMs: meter.lastUpdateAtMs,
      lagMs: meter.lagMs,
      target:
        state.target === null ? null : { ...state.target, encodings: [...state.target.encodings] },
    };
  }
}
