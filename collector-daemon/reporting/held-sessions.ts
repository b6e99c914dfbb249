/**
 * The sessions that count: those of devices that the inventory wants collected, and one in name for each device that
 * cannot be. What workers report is up to a second old, and longer while they are busy: it may name a device that was
 * taken from them since, and must not bring it back.
 */
import type { DeviceId } from '../../core/id.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';
import type { HeldDevices } from '../assignment/inventory-sync.ts';

type Sessions = WorkerReport['sessions'];
type Session = Sessions[number];

export class HeldSessions {
  readonly #node: string;
  #collected: ReadonlySet<DeviceId> = new Set();
  #refused: ReadonlyMap<DeviceId, Session> = new Map();
  /** Wanted no more, until their last word is written. */
  readonly #gone = new Set<DeviceId>();

  constructor(node: string) {
    this.#node = node;
  }

  hold({ collected, refused }: HeldDevices, nowMs: number): void {
    for (const deviceId of [...this.#collected, ...this.#refused.keys()]) this.#gone.add(deviceId);
    for (const deviceId of [...collected, ...refused.keys()]) this.#gone.delete(deviceId);
    this.#collected = new Set(collected);
    this.#refused = new Map(
      [...refused].map(([deviceId, problem]) => {
        const before = this.#refused.get(deviceId);
        if (before?.lastError === problem) return [deviceId, before];
        return [deviceId, refusedSession({ deviceId, node: this.#node, problem, nowMs })];
      }),
    );
  }

  /** One a device. */
  all(reported: Sessions): Sessions {
    return [...this.collected(reported), ...this.#refused.values()];
  }

  collected(reported: Sessions): Sessions {
    const newest = new Map<DeviceId, Session>();
    for (const session of reported) {
      if (!this.#collected.has(session.deviceId)) continue;
      // A device that came back to another worker is named by both for a moment.
      const other = newest.get(session.deviceId);
      if (other === undefined || other.sinceMs <= session.sinceMs) {
        newest.set(session.deviceId, session);
      }
    }
    return [...newest.values()];
  }

  gone(): readonly DeviceId[] {
    return [...this.#gone];
  }

  /** Their last word is written. */
  forget(devices: readonly DeviceId[]): void {
    for (const deviceId of devices) this.#gone.delete(deviceId);
  }
}

function refusedSession(of: {
  deviceId: DeviceId;
  node: string;
  problem: string;
  nowMs: number;
}): Session {
  return {
    deviceId: of.deviceId,
    state: 'refused',
    sinceMs: of.nowMs,
    node: of.node,
    synced: false,
    lastError: of.problem,
    lastErrorAtMs: of.nowMs,
    connects: 0,
    updatesTotal: 0,
    updatesPerSecond: 0,
    lastUpdateAtMs: null,
    lagMs: null,
    target: null,
    detail: { reported: undefined, refusedPaths: undefined },
  };
}
