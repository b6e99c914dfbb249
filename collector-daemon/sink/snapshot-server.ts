/**
 * The ROUTER socket that answers snapshots: the series dictionary of all topics under a prefix, each with the sequence
 * up to which it is complete. A subscriber does SUB first, snapshot second, newer frames third.
 */
import { Router } from 'zeromq';
import { type SnapshotAnswer, snapshotRequest } from '../../core/telemetry/feed-frame.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { familyOf } from './feed-endpoint.ts';
import type { TopicState } from './feed-publisher.ts';

export interface SnapshotServerOptions {
  /** `tcp://host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly incarnation: number;
  readonly stateOf: (publisher: string, topic: string) => TopicState;
}

interface Dictionary {
  readonly publisher: string;
  readonly topic: string;
  readonly series: Map<number, SeriesDefinition>;
}

export class SnapshotServer implements AsyncDisposable {
  readonly #options: SnapshotServerOptions;
  readonly #socket: Router;
  readonly #dictionaries = new Map<string, Dictionary>();
  answered = 0;

  constructor(options: SnapshotServerOptions) {
    this.#options = options;
    this.#socket = new Router({ linger: 0, ...familyOf(options.address) });
  }

  async bind(): Promise<string> {
    await this.#socket.bind(this.#options.address);
    void this.#serve();
    return this.#socket.lastEndpoint!;
  }

  get seriesKnown(): number {
    return [...this.#dictionaries.values()].reduce((sum, { series }) => sum + series.size, 0);
  }

  /** Called before the frame that introduces them is published, so that a snapshot is never behind its sequence. */
  introduce(publisher: string, topic: string, series: readonly SeriesDefinition[]): void {
    const key = `${publisher}\n${topic}`;
    const known = this.#dictionaries.get(key) ?? { publisher, topic, series: new Map() };
    this.#dictionaries.set(key, known);
    for (const definition of series) known.series.set(definition.ref, definition);
  }

  /** No later frame has rows of these. */
  retire(publisher: string, topic: string, refs: readonly number[]): void {
    const key = `${publisher}\n${topic}`;
    const known = this.#dictionaries.get(key);
    for (const ref of refs) known?.series.delete(ref);
    if (known?.series.size === 0) this.#dictionaries.delete(key);
  }

  /** The worker has gone, and its refs with it. */
  forget(publisher: string): void {
    for (const [key, dictionary] of this.#dictionaries) {
      if (dictionary.publisher === publisher) this.#dictionaries.delete(key);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }

  async #serve(): Promise<void> {
    for await (const [client, request] of this.#socket) {
      this.answered += 1;
      await this.#send(client!, JSON.stringify(this.#answer(request)));
    }
  }

  /** A client that has gone is dropped by ROUTER itself; the socket may have been closed since the question came. */
  async #send(client: Buffer, answer: string): Promise<void> {
    try {
      await this.#socket.send([client, answer]);
    } catch {
      // Nobody is left to be told.
    }
  }

  #answer(request: Buffer | undefined): SnapshotAnswer {
    const prefix = readPrefix(request);
    if (prefix === null) return { topics: [] };
    const { incarnation, stateOf } = this.#options;
    const topics = [...this.#dictionaries.values()]
      .filter(({ topic }) => topic.startsWith(prefix))
      .map(({ publisher, topic, series }) => ({
        topic,
        publisher,
        incarnation,
        ...stateOf(publisher, topic),
        series: [...series.values()],
      }));
    return { topics };
  }
}

function readPrefix(request: Buffer | undefined): string | null {
  try {
    const parsed = snapshotRequest.safeParse(JSON.parse(String(request)));
    return parsed.success ? parsed.data.topicPrefix : null;
  } catch {
    return null;
  }
}
