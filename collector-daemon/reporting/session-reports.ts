/** Which session states are due to be written: all of them now and then, and at once when one has changed. */
import type { EndpointId } from '../../core/id.ts';
import type { SessionOwner } from '../../core/inventory/collection-target.ts';
import type { SessionStatus } from '../../core/contract/device.ts';
import type { SessionReport } from '../../service/store/operating/telemetry-session.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';

type Sessions = WorkerReport['sessions'];

/** What a device says of itself hardly ever changes: it is written when it does, and now and then in case that failed. */
const detailEvery = 15;

export class SessionReports {
  readonly #written = new Map<EndpointId, string>();
  readonly #details = new Map<EndpointId, string>();
  #takes = 0;

  /** True where a session has another state than was last written. */
  hasNews(sessions: Sessions): boolean {
    return sessions.some(({ endpointId, state }) => this.#written.get(endpointId) !== state);
  }

  /** To be written now: every session, and a last word for endpoints that are collected no more. An endpoint is in one. */
  take(sessions: Sessions, gone: readonly SessionOwner[], nowMs: number): SessionReport[] {
    const reports = sessions.map((session) => this.#report(session));
    this.#takes += 1;
    for (const { endpointId, session } of reports) this.#written.set(endpointId, session.state);
    for (const { endpointId } of gone) {
      this.#written.delete(endpointId);
      this.#details.delete(endpointId);
    }
    return [...reports, ...lastWords(gone, nowMs)];
  }

  /** The last word for all, when the collector ends. */
  takeStopped(sessions: Sessions, gone: readonly SessionOwner[], nowMs: number): SessionReport[] {
    const reports = sessions.map(({ deviceId, endpointId, detail, ...session }) => ({
      deviceId,
      endpointId,
      session: { ...session, ...stoppedNow(nowMs) },
      detail,
    }));
    return [...reports, ...lastWords(gone, nowMs)];
  }

  #report({ deviceId, endpointId, detail, ...session }: Sessions[number]): SessionReport {
    const text = JSON.stringify([session.target, detail]);
    if (this.#details.get(endpointId) === text && this.#takes % detailEvery !== 0) {
      const short = { ...session, target: null } satisfies SessionStatus;
      return { deviceId, endpointId, session: short };
    }
    this.#details.set(endpointId, text);
    return { deviceId, endpointId, session, detail };
  }
}

function lastWords(gone: readonly SessionOwner[], nowMs: number): SessionReport[] {
  return gone.map((owner) => ({ ...owner, session: stoppedSession(nowMs) }));
}

function stoppedNow(nowMs: number) {
  return {
    state: 'stopped',
    sinceMs: nowMs,
    synced: false,
    updatesPerSecond: 0,
    lagMs: null,
  } as const;
}

function stoppedSession(nowMs: number): SessionReport['session'] {
  return {
    ...stoppedNow(nowMs),
    node: null,
    lastError: null,
    lastErrorAtMs: null,
    connects: 0,
    updatesTotal: 0,
    lastUpdateAtMs: null,
    target: null,
  };
}
