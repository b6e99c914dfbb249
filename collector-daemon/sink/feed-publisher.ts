/**
 * The PUB socket of a collector, on the main thread (ZeroMQ sockets never live in workers). zeromq.js allows one send
 * in flight, so frames wait in a queue bounded in bytes; the oldest is dropped when it is full, and its sequence number
 * with it, so every subscriber sees the hole.
 */
import { Publisher } from 'zeromq';
import { encodeFeedHeader, feedMajor } from '../../core/telemetry/feed-frame.ts';
import type { Clock } from '../../core/time.ts';

export interface FeedPublisherOptions {
  readonly cluster: string;
  readonly incarnation: number;
  readonly clock: Clock;
  /** `tcp://host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly maxQueuedBytes?: number;
}

interface Frame {
  readonly parts: readonly [string, Uint8Array, Uint8Array];
  readonly bytes: number;
}

export class FeedPublisher implements AsyncDisposable {
  readonly #options: FeedPublisherOptions;
  // PUB drops in silence at its own high-water mark (1,000 by default, 62 % lost under load); ours counts.
  readonly #socket = new Publisher({ linger: 0, sendHighWaterMark: 50_000 });
  readonly #sequences = new Map<string, number>();
  #queue: Frame[] = [];
  #queuedBytes = 0;
  #sending = false;
  dropped = 0;
  published = 0;

  constructor(options: FeedPublisherOptions) {
    this.#options = options;
  }

  /** @throws where the address is taken */
  async bind(): Promise<string> {
    await this.#socket.bind(this.#options.address);
    return this.#socket.lastEndpoint!;
  }

  publish(publisher: string, topic: string, codec: string, payload: Uint8Array): void {
    const sequence = this.skip(publisher, topic);
    const { cluster, incarnation, clock } = this.#options;
    const header = encodeFeedHeader({
      v: feedMajor,
      cluster,
      publisher,
      incarnation,
      sequence,
      codec,
      sentAtMs: clock.nowMs(),
    });
    this.#enqueue({ parts: [topic, header, payload], bytes: payload.length + header.length });
  }

  /** Uses up a sequence number for a frame that was lost on the way here; subscribers see the hole. */
  skip(publisher: string, topic: string): number {
    const key = `${publisher}\n${topic}`;
    const sequence = (this.#sequences.get(key) ?? 0) + 1;
    this.#sequences.set(key, sequence);
    return sequence;
  }

  /** The newest sequence of a topic, 0 before the first. */
  sequenceOf(publisher: string, topic: string): number {
    return this.#sequences.get(`${publisher}\n${topic}`) ?? 0;
  }

  forget(publisher: string): void {
    for (const key of this.#sequences.keys()) {
      if (key.startsWith(`${publisher}\n`)) this.#sequences.delete(key);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#queue = [];
    this.#socket.close();
    return Promise.resolve();
  }

  #enqueue(frame: Frame): void {
    this.#queue.push(frame);
    this.#queuedBytes += frame.bytes;
    const maxBytes = this.#options.maxQueuedBytes ?? 64 * 1024 * 1024;
    while (this.#queuedBytes > maxBytes) {
      this.#queuedBytes -= this.#queue.shift()!.bytes;
      this.dropped += 1;
    }
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    while (!this.#socket.closed) {
      const frame = this.#queue.shift();
      if (frame === undefined) break;
      this.#queuedBytes -= frame.bytes;
      try {
        await this.#socket.send([...frame.parts]);
        this.published += 1;
      } catch {
        // Only a socket closed meanwhile refuses; the frame had nowhere to go.
        this.dropped += 1;
      }
    }
    this.#sending = false;
  }
}
