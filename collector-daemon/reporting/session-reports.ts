/** Which session states are due to be written: all of them now and then, and at once when one has changed. */
import type { DeviceId } from '../../core/id.ts';
import type { SessionStatus } from '../../core/contract/device.ts';
import type { SessionReport } from '../../service/store/operating/telemetry-session.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';

type Sessions = WorkerReport['sessions'];

/** What a device says of itself hardly ever changes: it is written when it does, and now and then in case that failed. */
const detailEvery = 15;

export class SessionReports {
  readonly #written = new Map<DeviceId, string>();
  readonly #details = new Map<DeviceId, string>();
  #takes = 0;

  /** True where a session has another state than was last written. */
  hasNews(sessions: Sessions): boolean {
    return sessions.some(({ deviceId, state }) => this.#written.get(deviceId) !== state);
  }

  /** To be written now: every session, and a last word for devices that are collected no more. A device is in one. */
  take(sessions: Sessions, gone: readonly DeviceId[], nowMs: number): SessionReport[] {
    const reports = sessions.map((session) => this.#report(session));
    this.#takes += 1;
    for (const { deviceId, session } of reports) this.#written.set(deviceId, session.state);
    for (const deviceId of gone) {
      this.#written.delete(deviceId);
      this.#details.delete(deviceId);
    }
    return [...reports, ...lastWords(gone, nowMs)];
  }

  /** The last word for all, when the collector ends. */
  takeStopped(sessions: Sessions, gone: readonly DeviceId[], nowMs: number): SessionReport[] {
    const reports = sessions.map(({ deviceId, detail, ...session }) => ({
      deviceId,
      session: { ...session, ...stoppedNow(nowMs) },
      detail,
    }));
    return [...reports, ...lastWords(gone, nowMs)];
  }

  #report({ deviceId, detail, ...session }: Sessions[number]): SessionReport {
    const text = JSON.stringify([session.target, detail]);
    if (this.#details.get(deviceId) === text && this.#takes % detailEvery !== 0) {
      return { deviceId, session: { ...session, target: null } satisfies SessionStatus };
    }
    this.#details.set(deviceId, text);
    return { deviceId, session, detail };
  }
}

function lastWords(gone: readonly DeviceId[], nowMs: number): SessionReport[] {
  return gone.map((deviceId) => ({ deviceId, session: stoppedSession(nowMs) }));
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
