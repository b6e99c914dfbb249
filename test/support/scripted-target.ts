/** A gNMI target that sends what a test tells it, message by message, and keeps what it was asked. */
import { EventEmitter, once } from 'node:events';
import {
  type Deadline,
  type Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServiceError,
  type status,
} from '@grpc/grpc-js';
import {
  type CapabilityResponse,
  Encoding,
  type Notification,
  type SubscribeRequest,
  type SubscribeResponse,
} from '../../proto/generated/gnmi/gnmi.ts';
import { gnmiService } from '../../proto/gnmi-service.ts';
import { wireNotification } from './wire.ts';

type Call = ServerDuplexStream<SubscribeRequest, SubscribeResponse>;

export interface ScriptedTargetOptions {
  /** `mute`: they are never answered. */
  readonly capabilities?: Partial<CapabilityResponse> | Partial<ServiceError> | 'mute';
  /** Refuses a request at once, where it answers one. */
  readonly refuse?: (request: SubscribeRequest) => Partial<ServiceError> | null;
}

export class ScriptedTarget implements AsyncDisposable {
  readonly #server = new Server();
  readonly #options: ScriptedTargetOptions;
  readonly #opened = new EventEmitter();
  readonly streams: ScriptedStream[] = [];
  port = 0;
  #taken = 0;

  private constructor(options: ScriptedTargetOptions) {
    this.#options = options;
  }

  static async start(options: ScriptedTargetOptions = {}): Promise<ScriptedTarget> {
    const target = new ScriptedTarget(options);
    target.#server.addService(gnmiService, {
      capabilities: (_call: unknown, answer: sendUnaryData<CapabilityResponse>) => {
        const { capabilities = {} } = options;
        if (capabilities === 'mute') return;
        if ('code' in capabilities) answer(capabilities);
        else answer(null, { ...saidOfItself, ...capabilities });
      },
      subscribe: (call: Call) => target.#subscribed(call),
    });
    target.port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, port: number) =>
        error === null ? resolve(port) : reject(error);
      target.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), bound);
    });
    return target;
  }

  /** The next Subscribe stream that was opened and has sent its request. */
  async stream(): Promise<ScriptedStream> {
    while (this.streams.length <= this.#taken) {
      await once(this.#opened, 'stream', { signal: AbortSignal.timeout(15_000) });
    }
    this.#taken += 1;
    return this.streams[this.#taken - 1]!;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
    return Promise.resolve();
  }

  #subscribed(call: Call): void {
    call.on('error', () => {});
    call.once('data', (request: SubscribeRequest) => {
      const refusal = this.#options.refuse?.(request) ?? null;
      if (refusal !== null) {
        call.emit('error', Object.assign(new Error(), refusal));
        return;
      }
      this.streams.push(new ScriptedStream(call, request));
      this.#opened.emit('stream');
    });
  }
}

const saidOfItself: CapabilityResponse = {
  supportedModels: [],
  supportedEncodings: [Encoding.PROTO],
  gNMIVersion: '0.10.0',
  extension: [],
};

export class ScriptedStream {
  readonly #call: Call;
  readonly request: SubscribeRequest;
  /** The client has ended its side, which it must not do while it wants to hear. */
  halfClosed = false;

  constructor(call: Call, request: SubscribeRequest) {
    this.#call = call;
    this.request = request;
    call.on('end', () => (this.halfClosed = true));
  }

  get deadline(): Deadline {
    return this.#call.getDeadline();
  }

  get metadata(): Metadata {
    return this.#call.metadata;
  }

  notify(notification: Partial<Notification>): void {
    this.respond({ $case: 'update', value: wireNotification(notification) });
  }

  sync(): void {
    this.respond({ $case: 'syncResponse', value: true });
  }

  respond(
    response: SubscribeResponse['response'],
    extension: SubscribeResponse['extension'] = [],
  ): void {
    this.#call.write({ response, extension });
  }

  /** Ends with status OK. */
  end(): void {
    this.#call.end();
  }

  fail(code: status, details: string): void {
    this.#call.emit('error', Object.assign(new Error(details), { code, details }));
  }
}
