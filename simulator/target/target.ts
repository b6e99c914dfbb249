/** A gNMI target on a socket of its own: Capabilities, Get and Subscribe over one DeviceModel. */
import { Server, type Metadata, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import type { Timer } from '../timer.ts';
import { bytesService } from './bytes-service.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { DeviceModel } from './device-model.ts';
import type { Front } from './front.ts';
import { answerGet } from './get-handler.ts';
import { listenGrpc, type TargetTls } from './grpc-listener.ts';
import { handleSubscribe, type SubscribeOptions } from './subscribe-handler.ts';
import type { SubscribeCall } from './subscribe-stream.ts';
import type { SamplingLimits } from './subscription-plan.ts';
import { TargetRefusal } from './target-error.ts';
import { TargetState } from './target-state.ts';
import { servedEncodings, type ServedEncoding } from './typed-value.ts';

export interface LoginCredentials {
  readonly username: string;
  readonly password: string;
}

export interface TargetOptions {
  readonly model: DeviceModel;
  readonly timer: Timer;
  /** 127.0.0.1 when left out. */
  readonly host?: string | undefined;
  /** 0: any free port. */
  readonly port: number;
  /** Asked for as metadata `username` and `password`; nobody is asked when left out. */
  readonly login?: LoginCredentials | undefined;
  /** Plaintext when left out. */
  readonly tls?: TargetTls | undefined;
  readonly sampling?: Partial<SamplingLimits> | undefined;
  readonly encodings?: readonly ServedEncoding[] | undefined;
  readonly maxStreams?: number | undefined;
}

export interface Target extends AsyncDisposable {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Open Subscribe calls. */
  readonly streamCount: number;
  readonly front: Front;
  readonly state: TargetState;
}

/** Throws PORT_TAKEN or ADDRESS_INVALID. Disposing resets every connection and frees the port. */
export async function startTarget(options: TargetOptions): Promise<Target> {
  const { model, timer, host = '127.0.0.1', port } = options;
  const state = new TargetState(model, timer);
  const server = new Server();
  addGnmi(server, state, options);
  const listener = await listenGrpc(server, { host, port, tls: options.tls });
  const { front } = listener;
  return {
    name: model.name,
    host,
    get port() {
      return front.port;
    },
    get streamCount() {
      return state.streams.size;
    },
    front,
    state,
    async [Symbol.asyncDispose]() {
      state[Symbol.dispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

function addGnmi(server: Server, state: TargetState, options: TargetOptions): void {
  const encodings = options.encodings ?? servedEncodings;
  const subscribeOptions: SubscribeOptions = {
    sampling: { minIntervalMs: 100, defaultIntervalMs: 10_000, ...options.sampling },
    encodings,
    maxStreams: options.maxStreams ?? Infinity,
  };
  const unary =
    <Request, Response>(answer: (request: Request) => Response) =>
    (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
      try {
        checkLogin(call.metadata, options.login);
        reply(null, answer(call.request));
      } catch (error) {
        reply(error as TargetRefusal);
      }
    };
  server.addService(bytesService, {
    capabilities: unary(() => capabilitiesOf(encodings, state.schema)),
    get: unary((request: Parameters<typeof answerGet>[0]) => answerGet(request, state, encodings)),
    set: unary(() => {
      throw new TargetRefusal('UNIMPLEMENTED', 'Set is not served: this target is read-only');
    }),
    subscribe: (call: SubscribeCall) => {
      try {
        checkLogin(call.metadata, options.login);
        handleSubscribe(call, state, subscribeOptions);
      } catch (error) {
        call.emit('error', error);
      }
    },
  });
}

function checkLogin(metadata: Metadata, login: LoginCredentials | undefined): void {
  if (login === undefined) return;
  const [username] = metadata.get('username');
  const [password] = metadata.get('password');
  if (username === login.username && password === login.password) return;
  const problem = username === undefined ? 'no username in the metadata' : 'wrong name or password';
  throw new TargetRefusal('UNAUTHENTICATED', `login refused: ${problem}`);
}
