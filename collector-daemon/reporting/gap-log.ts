/**
 * Turns the sessions' states into holes of their devices' data: one opens when a session that streamed does not any
 * more, and ends when it streams again, whichever program sees that. Pure but for what it remembers.
 */
import type { SessionStateName, SessionStatus } from '../../core/contract/device.ts';
import type { DeviceId } from '../../core/id.ts';
import type { Gap } from '../../service/store/operating/gap.ts';

type Session = SessionStatus & { readonly deviceId: DeviceId };

export interface GapChanges {
  readonly opened: readonly Gap[];
  /** Every open hole of the device ends then. */
  readonly closed: readonly { readonly deviceId: DeviceId; readonly toMs: number }[];
}

export interface LostWorker {
  readonly sessions: readonly Session[];
  /** Receive time of the oldest sample that was not stored yet. */
  readonly unstoredSinceMs: number | null;
}

export class GapLog {
  readonly #node: string;
  readonly #last = new Map<DeviceId, SessionStateName>();

  constructor(node: string) {
    this.#node = node;
  }

  observe(sessions: readonly Session[]): GapChanges {
    const opened: Gap[] = [];
    const closed: { deviceId: DeviceId; toMs: number }[] = [];
    for (const session of sessions) {
      const before = this.#last.get(session.deviceId);
      this.#last.set(session.deviceId, session.state);
      if (session.state === 'streaming') {
        if (before !== 'streaming') {
          closed.push({ deviceId: session.deviceId, toMs: session.sinceMs });
        }
      } else if (before === 'streaming') {
        opened.push(this.#gap(session, 'connection-lost', session.sinceMs));
      }
    }
    return { opened, closed };
  }

  /** The holes that a dead ingest worker leaves: from what it had not stored yet, as far as it last said. */
  crashed({ sessions, unstoredSinceMs }: LostWorker, nowMs: number): readonly Gap[] {
    const streamed = sessions.filter(({ deviceId }) => this.#last.get(deviceId) === 'streaming');
    for (const { deviceId } of streamed) this.#last.set(deviceId, 'stopped');
    return streamed.map((session) => {
      const gap = this.#gap(session, 'worker-crash', nowMs);
      return { ...gap, fromMs: Math.min(gap.fromMs, unstoredSinceMs ?? gap.fromMs) };
    });
  }

  /** The holes that begin when this collector ends. */
  stopped(sessions: readonly Session[], nowMs: number): readonly Gap[] {
    return sessions
      .filter(({ deviceId }) => this.#last.get(deviceId) === 'streaming')
      .map((session) => this.#gap(session, 'collector-stopped', nowMs));
  }

  #gap({ deviceId, lastUpdateAtMs }: Session, reason: string, atMs: number): Gap {
    const fromMs = lastUpdateAtMs ?? atMs;
    return { deviceId, path: null, fromMs, toMs: null, reason, lost: null, node: this.#node };
  }
}
