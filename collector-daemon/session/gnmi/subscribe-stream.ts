/**
 * One Subscribe stream read as notifications: decodes, reports sync, and turns the stream's end into a failure. After
 * `close` nothing is reported any more, however late the transport is.
 */
import { type StatusObject, status } from '@grpc/grpc-js';
import { authority, type GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import type { Clock } from '../../../core/time.ts';
import type { SubscribeResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import type { SubscribeStream as Stream } from './gnmi-client.ts';
import { classifyFailure, type GnmiFailure, withoutSecrets } from './gnmi-failure.ts';
import type { ListIdentity } from './list-identity.ts';
import { notificationFromWire } from './notification-codec.ts';

type Update = Extract<Notification, { kind: 'update' }>;

export interface StreamListener {
  notified(update: Update): void;
  /** @param receivedAtMs since the epoch */
  synced(receivedAtMs: number): void;
  failed(failure: GnmiFailure): void;
}

export interface ReaderOptions {
  readonly endpoint: GnmiEndpoint;
  readonly clock: Clock;
  /** Of the target, connect after connect. */
  readonly lists: ListIdentity;
}

export class SubscribeReader implements Disposable {
  readonly #stream: Stream;
  readonly #endpoint: GnmiEndpoint;
  readonly #clock: Clock;
  readonly #lists: ListIdentity;
  #listener: StreamListener | null;

  constructor(stream: Stream, { endpoint, clock, lists }: ReaderOptions, listener: StreamListener) {
    this.#stream = stream;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#lists = lists;
    this.#listener = listener;
    stream.on('data', (response: SubscribeResponse) => this.#heard(response));
    stream.on('error', (error: unknown) => this.#fail(classifyFailure(error, endpoint)));
    stream.on('status', ({ code }: StatusObject) => {
      if (code === status.OK) this.#fail(this.#ended());
    });
  }

  /** Flow control of HTTP/2 then makes the target wait, and it coalesces. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  [Symbol.dispose](): void {
    this.#listener = null;
    this.#stream.cancel();
  }

  #heard({ response }: SubscribeResponse): void {
    const receivedAtMs = this.#clock.nowMs();
    switch (response?.$case) {
      case 'update':
        this.#listener?.notified(notificationFromWire(response.value, receivedAtMs, this.#lists));
        return;
      case 'syncResponse':
        if (response.value) this.#listener?.synced(receivedAtMs);
        return;
      case 'error': {
        const { code, message } = response.value;
        const said = withoutSecrets(message, this.#endpoint);
        const where = authority(this.#endpoint);
        const sentence = `${where} reported an error in the stream (${said})`;
        this.#fail({ class: 'transient', code, sentence });
        return;
      }
      case undefined:
        // An extension alone, or a response of a later version: nothing for us in it.
        return;
      default:
        response satisfies never;
    }
  }

  /** A target may end a STREAM with status OK, though it has no reason to; other statuses come as `error`. */
  #ended(): GnmiFailure {
    return {
      class: 'transient',
      code: status.OK,
      sentence: `${authority(this.#endpoint)} ended the stream`,
    };
  }

  #fail(failure: GnmiFailure): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.failed(failure);
  }
}
