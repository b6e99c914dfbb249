/**
 * One Subscribe stream read as notifications: decodes, reports sync, and turns the stream's end into a failure. After
 * `close` nothing is reported any more, however late the transport is.
 */
import { type StatusObject, status } from '@grpc/grpc-js';
import { authority, type GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type { Notification as Heard } from '../../../core/telemetry/notification.ts';
import type { Clock } from '../../../core/time.ts';
import type { Notification, SubscribeResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import type { SubscribeStream as Stream } from './gnmi-client.ts';
import { classifyFailure, type GnmiFailure, ownFailure, withoutSecrets } from './gnmi-failure.ts';
import type { ListIdentity } from './list-identity.ts';
import { notificationFromWire } from './notification-codec.ts';
import { foreignNotification, SpokenFor } from './spoken-for.ts';

type Update = Extract<Heard, { kind: 'update' }>;

export interface StreamOptions {
  readonly endpoint: GnmiEndpoint;
  readonly clock: Clock;
  /** Of the target, for as long as it is collected. */
  readonly lists: ListIdentity;
  readonly listener: StreamListener;
}

export interface StreamListener {
  notified(update: Update): void;
  /** @param receivedAtMs since the epoch */
  synced(receivedAtMs: number): void;
  failed(failure: GnmiFailure): void;
}

export class SubscribeReader implements Disposable {
  readonly #stream: Stream;
  readonly #endpoint: GnmiEndpoint;
  readonly #clock: Clock;
  readonly #lists: ListIdentity;
  readonly #spokenFor: SpokenFor;
  #listener: StreamListener | null;

  constructor(stream: Stream, { endpoint, clock, lists, listener }: StreamOptions) {
    this.#stream = stream;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#lists = lists;
    this.#listener = listener;
    this.#spokenFor = new SpokenFor(endpoint);
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
        this.#notified(response.value, receivedAtMs);
        return;
      case 'syncResponse':
        if (response.value) this.#listener?.synced(receivedAtMs);
        return;
      case 'error': {
        const { code, message } = response.value;
        const said = withoutSecrets(message, this.#endpoint);
        const where = authority(this.#endpoint);
        const sentence = `${where} reported an error in the stream (${said})`;
        this.#fail({ ...ownFailure('transient', sentence), code, details: said });
        return;
      }
      case undefined:
        // An extension alone, or a response of a later version: nothing for us in it.
        return;
      default:
        response satisfies never;
    }
  }

  #notified(wire: Notification, receivedAtMs: number): void {
    const heard = this.#spokenFor.hear(wire.prefix?.target ?? '');
    switch (heard.kind) {
      case 'ours':
        this.#listener?.notified(notificationFromWire(wire, receivedAtMs, this.#lists));
        return;
      case 'foreign':
        this.#listener?.notified(foreignNotification(wire, receivedAtMs));
        return;
      case 'several':
        this.#fail(ownFailure('permanent', heard.sentence));
        this.#stream.cancel();
        return;
      default:
        heard satisfies never;
    }
  }

  /** A target may end a STREAM with status OK, though it has no reason to; other statuses come as `error`. */
  #ended(): GnmiFailure {
    return ownFailure('transient', `${authority(this.#endpoint)} ended the stream`);
  }

  #fail(failure: GnmiFailure): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.failed(failure);
  }
}
