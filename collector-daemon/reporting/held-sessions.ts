/**
 * The sessions that count: those of endpoints that the inventory wants collected, and one in name for each that cannot
 * be. What workers report is up to a second old, and longer while they are busy: it may name an endpoint that was taken
 * from them since, and must not bring it back.
 */
import type { EndpointId } from '../../core/id.ts';
import type { SessionOwner } from '../../core/inventory/collection-target.ts';
import type { RefusedTarget } from '../../service/store/inventory/inventory.ts';
import type { HeldTargets } from '../assignment/inventory-sync.ts';
import type { WorkerReport } from '../ingest-worker/worker-protocol.ts';

type Sessions = WorkerReport['sessions'];
type Session = Sessions[number];
type Owners = ReadonlyMap<EndpointId, SessionOwner>;

export class HeldSessions {
  readonly #node: string;
  #collected: Owners = new Map();
  #refused: ReadonlyMap<EndpointId, Session> = new Map();
  /** Wanted no more, until their last word is written. */
  readonly #gone = new Map<EndpointId, SessionOwner>();

  constructor(node: string) {
    this.#node = node;
  }

  hold({ collected, refused }: HeldTargets, nowMs: number): void {
    for (const { deviceId, endpointId } of [...this.#collected.values(), ...this.#refused.values()])
      this.#gone.set(endpointId, { deviceId, endpointId });
    for (const { endpointId } of [...collected, ...refused]) this.#gone.delete(endpointId);
    this.#collected = new Map(collected.map((owner) => [owner.endpointId, owner]));
    this.#refused = new Map(
      refused.map((target) => {
        const before = this.#refused.get(target.endpointId);
        if (before?.lastError === target.problem) return [target.endpointId, before];
        return [target.endpointId, refusedSession(target, { node: this.#node, nowMs })];
      }),
    );
  }

  /** One an endpoint. */
  all(reported: Sessions): Sessions {
    return [...this.collected(reported), ...this.#refused.values()];
  }

  collected(reported: Sessions): Sessions {
    const newest = new Map<EndpointId, Session>();
    for (const session of reported) {
      if (!this.#collected.has(session.endpointId)) continue;
      // An endpoint that came back to another worker is named by both for a moment.
      const other = newest.get(session.endpointId);
      if (other === undefined || other.sinceMs <= session.sinceMs) {
        newest.set(session.endpointId, session);
      }
    }
    return [...newest.values()];
  }

  gone(): readonly SessionOwner[] {
    return [...this.#gone.values()];
  }

  /** Their last word is written. */
  forget(owners: readonly SessionOwner[]): void {
    for (const { endpointId } of owners) this.#gone.delete(endpointId);
  }
}

function refusedSession(
  { deviceId, endpointId, problem }: RefusedTarget,
  { node, nowMs }: { readonly node: string; readonly nowMs: number },
): Session {
  return {
    deviceId,
    endpointId,
    state: 'refused',
    sinceMs: nowMs,
    node,
    synced: false,
    lastError: problem,
    lastErrorAtMs: nowMs,
    connects: 0,
    updatesTotal: 0,
    updatesPerSecond: 0,
    lastUpdateAtMs: null,
    lagMs: null,
    target: null,
    detail: { reported: undefined, refusedPaths: undefined },
  };
}
