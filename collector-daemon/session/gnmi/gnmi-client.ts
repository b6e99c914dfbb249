/** The RPCs a session needs, over one channel. Every call takes an AbortSignal; unary calls carry a deadline, streams none. */
import { type Client, type ClientDuplexStream, connectivityState } from '@grpc/grpc-js';
import type { GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type {
  CapabilityResponse,
  SubscribeRequest,
  SubscribeResponse,
} from '../../../proto/generated/gnmi/gnmi.ts';
import { gnmiService } from '../../../proto/gnmi-service.ts';
import { credentialMetadata, openChannel } from './gnmi-channel.ts';

export type SubscribeStream = ClientDuplexStream<SubscribeRequest, SubscribeResponse>;

export class GnmiClient implements Disposable {
  readonly #channel: Client;
  readonly #endpoint: GnmiEndpoint;

  /** @throws Error where the endpoint's PEM texts are unusable */
  constructor(endpoint: GnmiEndpoint, keepaliveMs?: number) {
    this.#endpoint = endpoint;
    this.#channel = openChannel(endpoint, keepaliveMs);
  }

  /** The transport to the target stands. */
  get isConnected(): boolean {
    return this.#channel.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** @throws ServiceError; an aborted call rejects as CANCELLED */
  capabilities(deadlineMs: number, signal: AbortSignal): Promise<CapabilityResponse> {
    const { path, requestSerialize, responseDeserialize } = gnmiService.capabilities;
    return new Promise((resolve, reject) => {
      const call = this.#channel.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { extension: [] },
        credentialMetadata(this.#endpoint),
        { deadline: Date.now() + deadlineMs },
        (error, response) => {
          signal.removeEventListener('abort', cancel);
          if (error !== null) reject(error);
          else resolve(response!);
        },
      );
      const cancel = () => call.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
    });
  }

  /** Opens a Subscribe stream and sends the request; the request side stays open (closing it ends a STREAM). */
  subscribe(request: SubscribeRequest): SubscribeStream {
    const { path, requestSerialize, responseDeserialize } = gnmiService.subscribe;
    const stream = this.#channel.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      credentialMetadata(this.#endpoint),
    );
    stream.write(request);
    return stream;
  }

  [Symbol.dispose](): void {
    this.#channel.close();
  }
}
