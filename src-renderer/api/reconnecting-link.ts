/** A link over a WebSocket that comes back by itself; calls made meanwhile wait a few seconds for it. */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { createStore } from '../settings/store.ts';
import { backoffMs } from './backoff.ts';
import { OfflineError, type LinkState } from './link-state.ts';
import { wait, waitFor } from './wait.ts';

const patienceMs = 6_000;

export class ReconnectingLink implements ClientLink<ClientContext> {
  readonly state = createStore<LinkState>({ kind: 'connecting', lostAtMs: null });
  readonly #url: string;
  #socket: WebSocket | null = null;
  #link: RPCLink<ClientContext> | null = null;
  #attempt = 0;
  #lostAtMs: number | null = null;
  #retry = new AbortController();
  #started = false;

  constructor(url: string) {
    this.#url = url;
    // Coming back online is a good moment to try at once.
    globalThis.addEventListener('online', () => this.#retry.abort());
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#connect();
  }

  /** Drops the connection, for when it is silently dead or the session changed; a new one follows at once. */
  restart(): void {
    if (!this.#started) return this.start();
    this.#attempt = 0;
    if (this.#socket === null) this.#retry.abort();
    else this.#socket.close();
    return undefined;
  }

  async call(
    path: readonly string[],
    input: unknown,
    options: ClientOptions<ClientContext>,
  ): Promise<unknown> {
    const open = await waitFor(this.state, ({ kind }) => kind === 'open', {
      timeoutMs: patienceMs,
      signal: options.signal,
    });
    if (!open || this.#link === null) throw new OfflineError();
    return this.#link.call(path, input, options);
  }

  #connect(): void {
    this.state.set({ kind: 'connecting', lostAtMs: this.#lostAtMs });
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    const link = new RPCLink({ websocket: socket });
    socket.addEventListener('open', () => {
      this.#attempt = 0;
      this.#link = link;
      this.state.set({ kind: 'open', sinceMs: Date.now() });
    });
    socket.addEventListener('close', () => {
      if (this.#link !== null) this.#lostAtMs = Date.now();
      this.#link = null;
      this.#socket = null;
      void this.#retryLater();
    });
  }

  async #retryLater(): Promise<void> {
    const delayMs = backoffMs(this.#attempt);
    this.#attempt += 1;
    this.#retry = new AbortController();
    this.state.set({
      kind: 'closed',
      lostAtMs: this.#lostAtMs,
      retryAtMs: Date.now() + delayMs,
    });
    await wait(delayMs, this.#retry.signal);
    this.#connect();
  }
}
