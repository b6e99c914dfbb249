/**
 * One Subscribe call after its SubscriptionList was accepted. Messages are made only when the call can take them: while
 * `write` says no, values coalesce in the feeds and nothing is buffered here.
 */
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { SubscribeRequest } from '../../proto/generated/gnmi/gnmi.ts';
import type { ModelChange } from './device-model.ts';
import type { Feed } from './feed.ts';
import { encodeSyncResponse, type NotificationEncoder } from './notification-encoder.ts';
import type { SubscriptionPlan } from './subscription-plan.ts';

export type SubscribeCall = ServerDuplexStream<SubscribeRequest, Buffer>;

/** What the streams of one target share. */
export interface StreamContext {
  readonly encoder: NotificationEncoder;
  /** Time of the model's last tick. */
  timestampNs(): bigint;
  /** A muted target is alive and silent; values coalesce meanwhile. */
  muted(): boolean;
}

export interface SubscribeStreamOptions {
  readonly call: SubscribeCall;
  readonly plan: SubscriptionPlan;
  readonly feeds: readonly Feed[];
  readonly context: StreamContext;
}

export class SubscribeStream {
  readonly #call: SubscribeCall;
  readonly #plan: SubscriptionPlan;
  readonly #feeds: readonly Feed[];
  readonly #context: StreamContext;
  #state: 'open' | 'blocked' | 'ended' = 'open';
  #syncOwed = true;

  constructor({ call, plan, feeds, context }: SubscribeStreamOptions) {
    this.#call = call;
    this.#plan = plan;
    this.#feeds = feeds;
    this.#context = context;
    call.on('drain', () => {
      if (this.#state === 'blocked') this.#state = 'open';
      this.pump();
    });
    if (!plan.updatesOnly) for (const feed of feeds) feed.sendAll();
    this.pump();
  }

  get mode(): SubscriptionPlan['mode'] {
    return this.#plan.mode;
  }

  get dueAtMs(): number {
    return Math.min(...this.#feeds.map((feed) => feed.dueAtMs));
  }

  beat(nowMs: number): void {
    for (const feed of this.#feeds) feed.beat(nowMs);
    this.pump();
  }

  change(change: ModelChange): void {
    for (const feed of this.#feeds) feed.change(change);
    if (this.#plan.mode === 'stream') this.pump();
  }

  /** The whole set again, then sync_response (gNMI §3.5.1.5.3). */
  poll(): void {
    for (const feed of this.#feeds) feed.sendAll();
    this.#syncOwed = true;
    this.pump();
  }

  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#call.end();
  }

  /** The call is over already; nothing more is written to it. */
  abandon(): void {
    this.#state = 'ended';
  }

  /** Writes bytes as they are, valid or not. */
  writeRaw(bytes: Buffer): void {
    if (this.#state !== 'ended') this.#call.write(bytes);
  }

  /** Writes what waits, as far as the call takes it. */
  pump(): void {
    while (this.#state === 'open' && !this.#context.muted()) {
      const message = this.#nextMessage();
      if (message === null) return;
      if (!this.#call.write(message)) this.#state = 'blocked';
      if (this.#plan.mode === 'once' && !this.#syncOwed) this.end();
    }
  }

  #nextMessage(): Buffer | null {
    if (this.#syncOwed && this.#feeds.every((feed) => feed.settled)) {
      this.#syncOwed = false;
      return encodeSyncResponse();
    }
    for (const feed of this.#feeds) {
      if (this.#syncOwed && feed.settled) continue;
      const message = feed.next(this.#context.encoder, this.#context.timestampNs());
      if (message !== null) return message;
    }
    return this.#syncOwed && this.#feeds.every((feed) => feed.settled) ? this.#nextMessage() : null;
  }
}
