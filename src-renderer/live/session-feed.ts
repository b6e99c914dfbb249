/** The sessions of every device as they change; open while at least one screen looks at them. */
import type { SessionStatus } from '../../core/contract/device.ts';
import type { Connection } from '../api/console-client.ts';
import { follow, type FollowState } from '../api/follow.ts';
import { createStore, type ReadableStore } from '../settings/store.ts';

export type SessionMap = ReadonlyMap<string, SessionStatus | null>;

export interface SessionsState {
  /** By device: the one that stands for all of its sessions. */
  readonly sessions: SessionMap;
  /** By endpoint. */
  readonly byEndpoint: SessionMap;
  readonly stream: FollowState;
  readonly asOfMs: number | null;
}

const publishEveryMs = 500;

export class SessionFeed {
  readonly #connection: Connection;
  readonly #state = createStore<SessionsState>({
    sessions: new Map(),
    byEndpoint: new Map(),
    stream: { kind: 'connecting' },
    asOfMs: null,
  });
  readonly #sessions = new Map<string, SessionStatus | null>();
  readonly #byEndpoint = new Map<string, SessionStatus | null>();
  #watchers = 0;
  #running: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get state(): ReadableStore<SessionsState> {
    return this.#state;
  }

  /** Opens the stream for one more watcher; the answer ends it. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#start();
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#running?.abort();
    };
  }

  #start(): void {
    this.#running = new AbortController();
    void follow({
      open: (signal) => this.#connection.client.device.watch({}, { signal }),
      onEvent: (changes) => {
        for (const { deviceId, session, endpoints } of changes) {
          this.#sessions.set(deviceId, session);
          for (const one of endpoints) this.#byEndpoint.set(one.endpointId, one.session);
        }
        this.#timer ??= setTimeout(() => this.#publish(), publishEveryMs);
        if (this.#state.get().asOfMs === null) this.#publish();
      },
      onState: (stream) => this.#state.set({ ...this.#state.get(), stream }),
      link: this.#connection.state,
      signal: this.#running.signal,
    });
  }

  #publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state.set({
      ...this.#state.get(),
      sessions: new Map(this.#sessions),
      byEndpoint: new Map(this.#byEndpoint),
      asOfMs: Date.now(),
    });
  }
}
