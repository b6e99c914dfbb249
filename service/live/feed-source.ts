/** The live source of a program: the feeds of all collectors that are alive, live queries over them, and their status. */
import type { LiveFrame, Query } from '../../core/contract/query.ts';
import type { Status } from '../../core/contract/system.ts';
import type { Clock, Timers } from '../../core/time.ts';
import type { LiveSource } from '../operations/ports.ts';
import { type FeedAddress, FeedSubscriber } from './feed-subscriber.ts';
import { runLiveQuery } from './live-query.ts';
import type { SelectSeries } from './live-selection.ts';
import { readStatus, watchStatus } from './live-status.ts';

export interface FeedSourceOptions {
  readonly cluster: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly select: SelectSeries;
  /** A sentence for the program's log. */
  readonly problem: (sentence: string) => void;
}

export class FeedSource implements LiveSource, Disposable {
  readonly #options: FeedSourceOptions;
  readonly #feed: FeedSubscriber;

  constructor(options: FeedSourceOptions) {
    this.#options = options;
    this.#feed = new FeedSubscriber(options.clock, options.problem);
  }

  get lostFrames(): number {
    return this.#feed.lostFrames;
  }

  get overtakenFrames(): number {
    return this.#feed.overtakenFrames;
  }

  /** To be called with what the `node` table says, again and again. */
  setPublishers(addresses: readonly FeedAddress[]): void {
    this.#feed.setPublishers(addresses);
  }

  subscribe(query: Query, signal: AbortSignal): AsyncGenerator<LiveFrame> {
    const { select, timers } = this.#options;
    return runLiveQuery(query, { feed: this.#feed, select, timers }, signal);
  }

  status(): Status {
    return readStatus(this.#statusOptions());
  }

  watchStatus(signal: AbortSignal): AsyncGenerator<Status> {
    return watchStatus(this.#statusOptions(), signal);
  }

  [Symbol.dispose](): void {
    this.#feed[Symbol.dispose]();
  }

  #statusOptions() {
    const { cluster, clock, timers } = this.#options;
    // Whether the database answers is measured by the operation.
    return { cluster, clock, timers, feed: this.#feed, database: () => 'connected' as const };
  }
}
