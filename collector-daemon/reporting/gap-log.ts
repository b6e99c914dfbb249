/**
 * Turns the sessions' states into holes of their devices' data: one opens when a session that streamed does not any
 * more, and ends when that session streams again, whichever program sees that. Pure but for what it remembers.
 */
import type { SessionStateName, SessionStatus } from '../../core/contract/device.ts';
import type { EndpointId } from '../../core/id.ts';
import type { SessionOwner } from '../../core/inventory/collection-target.ts';
import type { Gap, GapEnd } from '../../service/store/operating/gap.ts';

type Session = SessionStatus & SessionOwner;

export interface GapChanges {
  readonly opened: readonly Gap[];
  readonly closed: readonly GapEnd[];
}

export interface LostWorker {
  readonly sessions: readonly Session[];
  /** Receive time of the oldest sample that was not stored yet. */
  readonly unstoredSinceMs: number | null;
}

export class GapLog {
  readonly #node: string;
  readonly #last = new Map<EndpointId, SessionStateName>();

  constructor(node: string) {
    this.#node = node;
  }

  observe(sessions: readonly Session[]): GapChanges {
    const opened: Gap[] = [];
    const closed: GapEnd[] = [];
    for (const session of sessions) {
      const { deviceId, endpointId } = session;
      const before = this.#last.get(endpointId);
      this.#last.set(endpointId, session.state);
      if (session.state === 'streaming') {
        if (before !== 'streaming') {
          closed.push({ deviceId, endpointId, toMs: session.sinceMs });
        }
      } else if (before === 'streaming') {
        opened.push(this.#gap(session, 'connection-lost', session.sinceMs));
      }
    }
    return { opened, closed };
  }

  /** The holes that a dead ingest worker leaves: from what it had not stored yet, as far as it last said. */
  crashed({ sessions, unstoredSinceMs }: LostWorker, nowMs: number): readonly Gap[] {
    const streamed = sessions.filter(
      ({ endpointId }) => this.#last.get(endpointId) === 'streaming',
    );
    for (const { endpointId } of streamed) this.#last.set(endpointId, 'stopped');
    return streamed.map((session) => {
      const gap = this.#gap(session, 'worker-crash', nowMs);
      return { ...gap, fromMs: Math.min(gap.fromMs, unstoredSinceMs ?? gap.fromMs) };
    });
  }

  /** The holes that begin when this collector ends. */
  stopped(sessions: readonly Session[], nowMs: number): readonly Gap[] {
    return sessions
      .filter(({ endpointId }) => this.#last.get(endpointId) === 'streaming')
      .map((session) => this.#gap(session, 'collector-stopped', nowMs));
  }

  #gap({ deviceId, endpointId, lastUpdateAtMs }: Session, reason: string, atMs: number): Gap {
    const fromMs = lastUpdateAtMs ?? atMs;
    const open = { path: null, toMs: null, lost: null };
    return { deviceId, endpointId, fromMs, reason, node: this.#node, ...open };
  }
}
