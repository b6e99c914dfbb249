/**
 * The PUB socket of a collector, on the main thread (ZeroMQ sockets never live in workers). zeromq.js allows one send
 * in flight, so frames wait in a queue bounded in bytes; the oldest is dropped when it is full, and its sequence number
 * with it, so every subscriber sees the hole.
 */
import { Publisher } from 'zeromq';
import { encodeFeedHeader, feedMajor, type FrameOrigin } from '../../core/telemetry/feed-frame.ts';
import type { Clock } from '../../core/time.ts';
import { familyOf } from './feed-endpoint.ts';

export interface FeedPublisherOptions {
  readonly cluster: string;
  readonly incarnation: number;
  readonly clock: Clock;
  /** `tcp://host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly maxQueuedBytes?: number;
}

export interface NewFrame {
  readonly topic: string;
  readonly codec: string;
  readonly payload: Uint8Array;
  /** Null where the frame is of no device. */
  readonly origin: FrameOrigin | null;
}

/** The newest frame of a topic, lost ones included. */
export interface TopicState {
  /** 0 before the first. */
  readonly sequence: number;
  readonly epoch: number | undefined;
}

interface Frame {
  readonly parts: readonly [string, Uint8Array, Uint8Array];
  readonly bytes: number;
}

export class FeedPublisher implements AsyncDisposable {
  readonly #options: FeedPublisherOptions;
  readonly #socket: Publisher;
  readonly #topics = new Map<string, TopicState>();
  #queue: Frame[] = [];
  #queuedBytes = 0;
  #sending = false;
  dropped = 0;
  published = 0;

  constructor(options: FeedPublisherOptions) {
    this.#options = options;
    const family = familyOf(options.address);
    // PUB drops in silence at its own high-water mark (1,000 by default, 62 % lost under load); ours counts.
    this.#socket = new Publisher({ linger: 0, sendHighWaterMark: 50_000, ...family });
  }

  /** @throws where the address is taken */
  async bind(): Promise<string> {
    await this.#socket.bind(this.#options.address);
    return this.#socket.lastEndpoint!;
  }

  publish(publisher: string, { topic, codec, payload, origin }: NewFrame): void {
    const sequence = this.skip(publisher, topic, origin);
    const { cluster, incarnation, clock } = this.#options;
    const header = encodeFeedHeader({
      v: feedMajor,
      cluster,
      publisher,
      incarnation,
      sequence,
      codec,
      sentAtMs: clock.nowMs(),
      ...origin,
    });
    this.#enqueue({ parts: [topic, header, payload], bytes: payload.length + header.length });
  }

  /** Uses up a sequence number for a frame that was lost on the way here; subscribers see the hole. */
  skip(publisher: string, topic: string, origin: FrameOrigin | null): number {
    const before = this.stateOf(publisher, topic);
    const sequence = before.sequence + 1;
    this.#topics.set(`${publisher}\n${topic}`, { sequence, epoch: origin?.epoch ?? before.epoch });
    return sequence;
  }

  stateOf(publisher: string, topic: string): TopicState {
    return this.#topics.get(`${publisher}\n${topic}`) ?? { sequence: 0, epoch: undefined };
  }

  forget(publisher: string): void {
    for (const key of this.#topics.keys()) {
      if (key.startsWith(`${publisher}\n`)) this.#topics.delete(key);
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
