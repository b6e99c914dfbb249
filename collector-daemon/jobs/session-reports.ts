/** Which session states are due to be written: all of them now and then, and at once when one has changed. */
import type { DeviceId } from '../../core/id.ts';
import type { SessionReport } from '../../service/store/operating/telemetry-session.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';

type Sessions = WorkerReport['sessions'];

export class SessionReports {
  readonly #written = new Map<DeviceId, string>();

  /** True where a session has another state than was last written. */
  hasNews(sessions: Sessions): boolean {
    return sessions.some(({ deviceId, state }) => this.#written.get(deviceId) !== state);
  }

  /** To be written now: every session, and a last word for devices that are collected no more. */
  take(sessions: Sessions, gone: readonly DeviceId[], nowMs: number): SessionReport[] {
    const left = new Set(gone);
    // A worker's last report may still name a device that was taken from it since; one row a device is written.
    const reports = sessions
      .filter(({ deviceId }) => !left.has(deviceId))
      .map(({ deviceId, ...session }): SessionReport => ({ deviceId, session }));
    for (const { deviceId, session } of reports) this.#written.set(deviceId, session.state);
    for (const deviceId of left) {
      this.#written.delete(deviceId);
      reports.push({ deviceId, session: stoppedSession(nowMs) });
    }
    return reports;
  }

  /** The last word for all, when the collector ends. */
  takeStopped(sessions: Sessions, nowMs: number): SessionReport[] {
    return sessions.map(({ deviceId, ...session }) => ({
      deviceId,
      session: { ...session, ...stoppedNow(nowMs) },
    }));
  }
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
