/** The server's status about once a second, and the watch over a connection that has silently died. */
import type { Status } from '../../core/contract/system.ts';
import type { Connection } from '../api/console-client.ts';
import { follow } from '../api/follow.ts';
import { createStore, type ReadableStore } from '../settings/store.ts';

const silenceMs = 15_000;

export interface StatusState {
  readonly status: Status | null;
  /** The database has been out of reach since; null while it answers. */
  readonly databaseLostAtMs: number | null;
}

export class StatusFeed {
  readonly #connection: Connection;
  readonly #onLoginLost: () => void;
  readonly #state = createStore<StatusState>({ status: null, databaseLostAtMs: null });
  #heardAtMs = 0;

  /** @param onLoginLost called when the server no longer knows who asks */
  constructor(connection: Connection, onLoginLost: () => void) {
    this.#connection = connection;
    this.#onLoginLost = onLoginLost;
  }

  get state(): ReadableStore<StatusState> {
    return this.#state;
  }

  start(signal: AbortSignal): void {
    const { client, state: link } = this.#connection;
    void follow({
      open: (signal) => client.system.watchStatus(undefined, { signal }),
      onEvent: (status) => this.#take(status),
      onState: (state) => {
        this.#heardAtMs = Date.now();
        if (state.kind === 'refused' && state.failure.kind === 'login') this.#onLoginLost();
      },
      link,
      signal,
    });
    const watch = setInterval(() => this.#checkSilence(), 5_000);
    signal.addEventListener('abort', () => clearInterval(watch), { once: true });
  }

  #take(status: Status): void {
    this.#heardAtMs = Date.now();
    const lostBefore = this.#state.get().databaseLostAtMs;
    const databaseLostAtMs = status.database === 'connected' ? null : (lostBefore ?? Date.now());
    this.#state.set({ status, databaseLostAtMs });
  }

  /** A half-open TCP connection never reports its end; a status that stays away does. */
  #checkSilence(): void {
    const open = this.#connection.state.get().kind === 'open';
    if (!open || this.#heardAtMs === 0 || Date.now() - this.#heardAtMs < silenceMs) return;
    this.#heardAtMs = Date.now();
    this.#connection.restart();
  }
}
