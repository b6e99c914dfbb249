/** All sessions of one worker, by device. A target whose revision changed gets a new session; the same one is left alone. */
import { status } from '@grpc/grpc-js';
import type { RefusedPath, SessionStatus } from '../../core/contract/device.ts';
import type { DeviceId } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { SessionDetail } from '../../service/store/operating/telemetry-session.ts';
import { FactsWatch } from './facts-watch.ts';
import { GnmiSession, type SessionOptions } from './gnmi/gnmi-session.ts';
import { SessionMeter } from './session-meter.ts';
import type { SessionState } from './session-state.ts';

export interface SessionPoolOptions extends SessionOptions {
  readonly node: string;
  /** Called once per session; the answer takes its notifications, in order. */
  readonly openDevice: (target: CollectionTarget) => (notification: Notification) => void;
  readonly changed: (deviceId: DeviceId, deviceName: string, state: SessionState) => void;
  /**
   * Paths that the target calls wrong: somebody should mend them. Those that its model merely lacks are no event, for
   * most devices lack some; they are told with the session's status.
   */
  readonly pathsInvalid: (deviceName: string, refused: readonly RefusedPath[]) => void;
}

export type PooledStatus = SessionStatus & {
  readonly deviceId: DeviceId;
  readonly detail: SessionDetail;
};

interface Held {
  readonly target: CollectionTarget;
  readonly session: GnmiSession;
  readonly meter: SessionMeter;
  readonly facts: FactsWatch;
  /** Undefined until the target has taken, or refused, each path. */
  refusedPaths: readonly RefusedPath[] | undefined;
}

export class SessionPool implements Disposable {
  readonly #options: SessionPoolOptions;
  readonly #held = new Map<DeviceId, Held>();
  #paused = false;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
  }

  assign(target: CollectionTarget): void {
    const held = this.#held.get(target.deviceId);
    if (held?.target.revision === target.revision) return;
    held?.session[Symbol.dispose]();
    const opened = this.#open(target);
    this.#held.set(target.deviceId, opened);
    if (this.#paused) opened.session.pause();
    opened.session.start();
  }

  unassign(deviceId: DeviceId): void {
    this.#held.get(deviceId)?.session[Symbol.dispose]();
    this.#held.delete(deviceId);
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
    return Array.from(this.#held.values(), ({ target, session, meter, facts, refusedPaths }) => ({
      deviceId: target.deviceId,
      ...this.#status(session.state, meter),
      detail: { reported: facts.facts, refusedPaths },
    }));
  }

  [Symbol.dispose](): void {
    for (const deviceId of this.#held.keys()) this.unassign(deviceId);
  }

  #open(target: CollectionTarget): Held {
    const { changed, pathsInvalid, openDevice } = this.#options;
    const meter = new SessionMeter();
    const facts = new FactsWatch();
    const accept = openDevice(target);
    const session: GnmiSession = new GnmiSession(
      target,
      {
        notified: (notification) => {
          meter.count(notification);
          facts.accept(notification);
          // The target took the subscription as a whole.
          if (notification.kind === 'sync') held.refusedPaths ??= [];
          accept(notification);
        },
        changed: (state) => {
          // The next attempt asks for every path again.
          if (state.name === 'refused') held.refusedPaths = undefined;
          changed(target.deviceId, target.deviceName, state);
        },
        pathsRefused: (refused) => {
          held.refusedPaths = refused.map(({ path, reason }) => ({ path, reason }));
          const wrong = refused.filter(({ code }) => code === status.INVALID_ARGUMENT);
          if (wrong.length > 0) pathsInvalid(target.deviceName, wrong);
        },
      },
      this.#options,
    );
    const held: Held = { target, session, meter, facts, refusedPaths: undefined };
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
