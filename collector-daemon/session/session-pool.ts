/** All sessions of one worker, by device. A target whose revision changed gets a new session; the same one is left alone. */
import type { SessionStatus } from '../../core/contract/device.ts';
import type { DeviceId } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import { GnmiSession, type SessionOptions } from './gnmi/gnmi-session.ts';
import type { RefusedPath } from './gnmi/path-probe.ts';
import { SessionMeter } from './session-meter.ts';
import type { SessionState } from './session-state.ts';

export interface SessionPoolOptions extends SessionOptions {
  readonly node: string;
  /** Called once per session; the answer takes its notifications, in order. */
  readonly openDevice: (target: CollectionTarget) => (notification: Notification) => void;
  readonly changed: (deviceId: DeviceId, deviceName: string, state: SessionState) => void;
  readonly pathsRefused: (deviceName: string, refused: readonly RefusedPath[]) => void;
}

interface Held {
  readonly target: CollectionTarget;
  readonly session: GnmiSession;
  readonly meter: SessionMeter;
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

  statuses(): readonly (SessionStatus & { readonly deviceId: DeviceId })[] {
    return Array.from(this.#held.values(), ({ target, session, meter }) => ({
      deviceId: target.deviceId,
      ...this.#status(session.state, meter),
    }));
  }

  [Symbol.dispose](): void {
    for (const deviceId of this.#held.keys()) this.unassign(deviceId);
  }

  #open(target: CollectionTarget): Held {
    const { changed, pathsRefused, openDevice } = this.#options;
    const meter = new SessionMeter();
    const accept = openDevice(target);
    const session = new GnmiSession(
      target,
      {
        notified: (notification) => {
          meter.count(notification);
          accept(notification);
        },
        changed: (state) => changed(target.deviceId, target.deviceName, state),
        pathsRefused: (refused) => pathsRefused(target.deviceName, refused),
      },
      this.#options,
    );
    return { target, session, meter };
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
