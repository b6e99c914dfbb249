/** A small gNMI client for the tests: real sockets, and every wait ends at a deadline. */
import {
  ChannelCredentials,
  Client,
  credentials as channelCredentials,
  Metadata,
  type ClientDuplexStream,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { parsePath } from '../../core/telemetry/path.ts';
import {
  Encoding,
  SubscriptionList_Mode,
  SubscriptionMode,
  type GetRequest,
  type GetResponse,
  type CapabilityResponse,
  type Notification,
  type Path as WirePath,
  type SubscribeRequest,
  type SubscribeResponse,
  type Subscription,
  type SubscriptionList,
  type SetRequest,
} from '../../proto/generated/gnmi/gnmi.ts';
import type { Extension } from '../../proto/generated/gnmi_ext/gnmi_ext.ts';
import { gnmiService } from '../../proto/gnmi-service.ts';

const deadlineMs = 10_000;

export function wirePath(text: string, rest: Partial<WirePath> = {}): WirePath {
  const path = parsePath(text);
  if (!path.ok) throw new Error(path.problem);
  const elem = path.value.elems.map((part) => ({ name: part.name, key: { ...part.keys } }));
  return { element: [], origin: path.value.origin, elem, target: '', ...rest };
}

export function subscription(path: string, rest: Partial<Subscription> = {}): Subscription {
  return {
    path: wirePath(path),
    mode: SubscriptionMode.SAMPLE,
    sampleInterval: 1_000_000_000n,
    suppressRedundant: false,
    heartbeatInterval: 0n,
    ...rest,
  };
}

export function subscribeList(
  subscriptions: Subscription[],
  rest: Partial<SubscriptionList> = {},
): SubscriptionList {
  return {
    prefix: undefined,
    subscription: subscriptions,
    qos: undefined,
    mode: SubscriptionList_Mode.STREAM,
    allowAggregation: false,
    useModels: [],
    encoding: Encoding.PROTO,
    updatesOnly: false,
    ...rest,
  };
}

export interface DialOptions {
  readonly login?: { readonly username: string; readonly password: string };
  readonly credentials?: ChannelCredentials;
}

export class GnmiClient implements Disposable {
  readonly #client: Client;
  readonly #metadata = new Metadata();

  constructor(port: number, options: DialOptions = {}) {
    const credentials = options.credentials ?? channelCredentials.createInsecure();
    this.#client = new Client(`localhost:${port}`, credentials, {
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 50,
      'grpc.min_reconnect_backoff_ms': 50,
    });
    if (options.login !== undefined) {
      this.#metadata.set('username', options.login.username);
      this.#metadata.set('password', options.login.password);
    }
  }

  capabilities(): Promise<CapabilityResponse> {
    return this.#unary(gnmiService.capabilities, { extension: [] });
  }

  get(paths: string[], rest: Partial<GetRequest> = {}): Promise<GetResponse> {
    return this.#unary(gnmiService.get, {
      prefix: undefined,
      path: paths.map((path) => wirePath(path)),
      type: 0,
      encoding: Encoding.PROTO,
      useModels: [],
      extension: [],
      ...rest,
    });
  }

  set(request: SetRequest): Promise<unknown> {
    return this.#unary(gnmiService.set, request);
  }

  subscribe(list: SubscriptionList, extension: Extension[] = []): TestStream {
    const { path, requestSerialize, responseDeserialize } = gnmiService.subscribe;
    const call = this.#client.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      this.#metadata,
      {},
    );
    const stream = new TestStream(call);
    stream.send({ request: { $case: 'subscribe', value: list }, extension });
    return stream;
  }

  /** Resolves once the channel has a connection. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + deadlineMs, (error) =>
        error === undefined || error === null ? resolve() : reject(error),
      );
    });
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #unary<Request, Response>(
    method: {
      readonly path: string;
      readonly requestSerialize: (request: Request) => Buffer;
      readonly responseDeserialize: (bytes: Buffer) => Response;
    },
    request: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.#metadata,
        { deadline: Date.now() + deadlineMs },
        (error, response) => (error === null ? resolve(response!) : reject(error)),
      );
    });
  }
}

export class TestStream {
  readonly #call: ClientDuplexStream<SubscribeRequest, SubscribeResponse>;
  readonly #received: SubscribeResponse[] = [];
  readonly status: Promise<StatusObject>;
  #wake: () => void = () => {};
  #error: ServiceError | null = null;
  #ended = false;

  constructor(call: ClientDuplexStream<SubscribeRequest, SubscribeResponse>) {
    this.#call = call;
    call.on('data', (response: SubscribeResponse) => {
      this.#received.push(response);
      this.#wake();
    });
    call.on('error', (error: ServiceError) => {
      this.#error = error;
      this.#wake();
    });
    call.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    this.status = new Promise((resolve) => {
      call.once('status', resolve);
    });
  }

  send(request: SubscribeRequest): void {
    this.#call.write(request);
  }

  poll(): void {
    this.send({ request: { $case: 'poll', value: {} }, extension: [] });
  }

  halfClose(): void {
    this.#call.end();
  }

  cancel(): void {
    this.#call.cancel();
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  /** The next response; rejects with the status when the stream is over. */
  async next(): Promise<SubscribeResponse> {
    const endsAt = Date.now() + deadlineMs;
    for (;;) {
      const response = this.#received.shift();
      if (response !== undefined) return response;
      if (this.#error !== null) throw this.#error;
      if (this.#ended) throw new Error('the stream has ended');
      await this.#waitUntil(endsAt);
    }
  }

  /** The next response, which must be a notification. */
  async update(): Promise<Notification> {
    const { response } = await this.next();
    if (response?.$case !== 'update') throw new Error(`expected an update, got ${response?.$case}`);
    return response.value;
  }

  /** Everything up to the next sync_response. */
  async untilSync(): Promise<Notification[]> {
    const notifications: Notification[] = [];
    for (;;) {
      const { response } = await this.next();
      if (response?.$case === 'syncResponse') return notifications;
      if (response?.$case === 'update') notifications.push(response.value);
    }
  }

  #waitUntil(endsAt: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error('nothing came')), endsAt - Date.now());
      this.#wake = () => {
        clearTimeout(timeout);
        resolve();
      };
    });
  }
}
