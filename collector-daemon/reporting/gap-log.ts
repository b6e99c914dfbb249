/**
 * Turns the sessions' states into holes of their devices' data: one opens when a session that streamed does not any
 * more, and ends when that session streams again, whichever program sees that. Pure but for what it remembers.
 */
import type { SessionStateName, SessionStatus } from '../../core/contract/device.ts';
import type { EndpointId } from '../../core/id.ts';
import type { SessionOwner } from '../../core/inventory/collection-target.ts';
import type { SessionBreak } from '../../core/inventory/session-break.ts';
import type { Gap, GapEnd } from '../../service/store/operating/gap.ts';

type Session = SessionStatus & SessionOwner & { readonly breaks?: readonly SessionBreak[] };

export interface GapChanges {
  readonly opened: readonly Gap[];
  readonly closed: readonly GapEnd[];
}

export interface LostWorker {
  readonly sessions: readonly Session[];
  /** Receive time of the oldest sample that was not stored yet. */
  readonly unstoredSinceMs: number | null;
}

interface Seen {
  state: SessionStateName;
  /** Up to this one the session's breaks are known. */
  breaksUpToMs: number;
}

export class GapLog {
  readonly #node: string;
  readonly #seen = new Map<EndpointId, Seen>();

  constructor(node: string) {
    this.#node = node;
  }

  observe(sessions: readonly Session[]): GapChanges {
    const changes = sessions.map((session) => this.#observe(session));
    return {
      opened: changes.flatMap(({ opened }) => opened),
      closed: changes.flatMap(({ closed }) => closed),
    };
  }

  /**
   * Sessions that are not to be collected any more: what is not collected has no hole, so an open one ends now, and
   * where they come back, nothing broke.
   */
  forget(owners: readonly SessionOwner[], nowMs: number): readonly GapEnd[] {
    return owners.flatMap(({ deviceId, endpointId }) =>
      this.#seen.delete(endpointId) ? [{ deviceId, endpointId, toMs: nowMs }] : [],
    );
  }

  #observe(session: Session): GapChanges {
    const seen = this.#seenOf(session);
    const opened: Gap[] = [];
    const closed: GapEnd[] = [];
    const end = (toMs: number) => {
      // One that was opened just now ends in place: it is not written yet.
      const own = opened.at(-1);
      if (own?.toMs === null) opened[opened.length - 1] = { ...own, toMs };
      else closed.push({ ...ownerOf(session), toMs });
    };
    const breaks = (session.breaks ?? []).filter((one) => one.noticedAtMs > seen.breaksUpToMs);
    for (const one of breaks) {
      if (seen.state !== 'streaming') end(one.streamedFromMs);
      opened.push({
        ...this.#gap(session, one.cause, one.fromMs),
        fromMs: one.fromMs,
        toMs: one.toMs,
      });
      seen.state = one.toMs === null ? 'backing-off' : 'streaming';
      seen.breaksUpToMs = one.noticedAtMs;
    }
    if (session.state === 'streaming') {
      if (seen.state !== 'streaming') end(session.sinceMs);
    } else if (seen.state === 'streaming') {
      opened.push(this.#gap(session, 'connection-lost', session.sinceMs));
    }
    seen.state = session.state;
    return { opened, closed };
  }

  #seenOf({ endpointId }: Session): Seen {
    const known = this.#seen.get(endpointId);
    if (known !== undefined) return known;
    const seen: Seen = { state: 'idle', breaksUpToMs: Number.NEGATIVE_INFINITY };
    this.#seen.set(endpointId, seen);
    return seen;
  }

  #streams({ endpointId }: SessionOwner): boolean {
    return this.#seen.get(endpointId)?.state === 'streaming';
  }

  /** The holes that a dead ingest worker leaves: from what it had not stored yet, as far as it last said. */
  crashed({ sessions, unstoredSinceMs }: LostWorker, nowMs: number): readonly Gap[] {
    const streamed = sessions.filter((session) => this.#streams(session));
    for (const session of streamed) this.#seenOf(session).state = 'stopped';
    return streamed.map((session) => {
      const gap = this.#gap(session, 'worker-crash', nowMs);
      return { ...gap, fromMs: Math.min(gap.fromMs, unstoredSinceMs ?? gap.fromMs) };
    });
  }

  /** The holes that begin when this collector ends. */
  stopped(sessions: readonly Session[], nowMs: number): readonly Gap[] {
    return sessions
      .filter((session) => this.#streams(session))
      .map((session) => this.#gap(session, 'collector-stopped', nowMs));
  }

  #gap({ deviceId, endpointId, lastUpdateAtMs }: Session, reason: string, atMs: number): Gap {
    const fromMs = lastUpdateAtMs ?? atMs;
    const open = { path: null, toMs: null, lost: null };
    return { deviceId, endpointId, fromMs, reason, node: this.#node, ...open };
  }
}

function ownerOf({ deviceId, endpointId }: SessionOwner): SessionOwner {
  return { deviceId, endpointId };
}
