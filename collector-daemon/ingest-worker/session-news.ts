/**
 * What of a session's life belongs in the operations log: that it streams, and each new reason why it does not. Told on
 * entering the state, however many failures there were before; the same again only after it has streamed.
 */
import type { EndpointId } from '../../core/id.ts';
import type { SessionOwner } from '../../core/inventory/collection-target.ts';
import type { SessionState } from '../session/session-state.ts';
import type { WorkerEvent } from './worker-protocol.ts';

/** Reasons told of one session in a row; a target that finds new words each time would fill the log. */
const maxReasons = 5;

export interface NamedSession extends Pick<SessionOwner, 'endpointId'> {
  readonly deviceName: string;
}

export class SessionNews {
  readonly #told = new Map<EndpointId, Set<string>>();

  /** Null where it is no news. */
  of({ endpointId, deviceName: subject }: NamedSession, state: SessionState): WorkerEvent | null {
    switch (state.name) {
      case 'streaming':
        this.#told.delete(endpointId);
        return { event: 'session', severity: 'info', subject, detail: 'streaming' };
      case 'backing-off':
        return this.#once(endpointId, state, { event: 'session', severity: 'warning', subject });
      case 'refused':
        return this.#once(endpointId, state, { event: 'session', severity: 'error', subject });
      case 'stopped':
        this.#told.delete(endpointId);
        return null;
      default:
        return null;
    }
  }

  #once(
    endpointId: EndpointId,
    { name, lastError }: SessionState,
    event: Omit<WorkerEvent, 'detail'>,
  ): WorkerEvent | null {
    const told = this.#told.get(endpointId) ?? new Set();
    this.#told.set(endpointId, told);
    const detail = lastError ?? (name === 'refused' ? 'refused' : 'broke off');
    const news = `${name} ${detail}`;
    if (told.has(news) || told.size >= maxReasons) return null;
    told.add(news);
    return { ...event, detail };
  }
}
