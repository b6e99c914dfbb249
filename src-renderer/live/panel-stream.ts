/** The live stream of a panel: of all that its query selects, or of a top-N just those that are shown. */
import {
  firstDerivedId,
  type LiveFrame,
  type Query,
  type SeriesPoints,
} from '../../core/contract/query.ts';
import type { Connection } from '../api/console-client.ts';
import { follow, type FollowState } from '../api/follow.ts';

export interface StreamListener {
  /** A stream counts its series from zero each time it is opened. */
  opened(): void;
  frame(frame: LiveFrame, signal: AbortSignal): void;
  changed(state: FollowState, signal: AbortSignal): void;
}

export class PanelStream {
  readonly #connection: Connection;
  readonly #query: Query;
  readonly #listener: StreamListener;
  /** The stream of a top-N, and of which series it is. */
  #shown: { readonly ids: string; readonly stream: AbortController } | null = null;

  constructor(connection: Connection, query: Query, listener: StreamListener) {
    this.#connection = connection;
    this.#query = query;
    this.#listener = listener;
  }

  /** Of a top-N nothing is known before its first answer. */
  start(running: AbortSignal): void {
    this.#shown = null;
    if (this.#query.top === undefined) this.#follow(this.#query, running);
  }

  /** A top-N follows just the series it shows, and others when others have risen. */
  show(lines: readonly SeriesPoints[], running: AbortSignal): void {
    if (this.#query.top === undefined) return;
    const seriesIds = lines
      .map(({ series: { id } }) => id)
      .filter((id) => id < firstDerivedId)
      .sort((left, right) => left - right);
    const ids = seriesIds.join();
    if (seriesIds.length === 0 || this.#shown?.ids === ids) return;
    this.#shown?.stream.abort();
    this.#shown = { ids, stream: new AbortController() };
    const selectors = this.#query.selectors.map((selector) => ({ ...selector, seriesIds }));
    const signal = AbortSignal.any([running, this.#shown.stream.signal]);
    this.#follow({ ...this.#query, selectors }, signal);
  }

  #follow(query: Query, signal: AbortSignal): void {
    void follow({
      open: (signal) => {
        this.#listener.opened();
        return this.#connection.client.query.live(query, { signal });
      },
      onEvent: (frame) => {
        if (!signal.aborted) this.#listener.frame(frame, signal);
      },
      onState: (state) => this.#listener.changed(state, signal),
      link: this.#connection.state,
      signal,
    });
  }
}
