/**
 * A target that answers Subscribe with a load model's rounds as fast as flow control lets it, whatever was subscribed:
 * round 0, sync_response, then round after round until enough updates were sent. For measuring receivers.
 */
import { Server, status } from '@grpc/grpc-js';
import { parsePath } from '../core/telemetry/path.ts';
import { Encoding, type SubscribeRequest } from '../proto/generated/gnmi/gnmi.ts';
import { LoadModel, type LoadOptions } from './load-model.ts';
import { bytesService } from './target/bytes-service.ts';
import { SchemaTree } from './target/schema-tree.ts';
import { capabilitiesOf } from './target/capabilities.ts';
import { listenGrpc, type ListenOptions } from './target/grpc-listener.ts';
import { Feed } from './target/feed.ts';
import { encodeSyncResponse, NotificationEncoder } from './target/notification-encoder.ts';
import { Selection } from './target/selection.ts';
import type { SubscribeCall } from './target/subscribe-stream.ts';
import { servedEncodings } from './target/typed-value.ts';

export interface FlatOutOptions extends Partial<ListenOptions> {
  readonly load: LoadOptions;
  /** Updates to send to each Subscribe; rounded up to whole rounds. */
  readonly updates: number;
}

export interface FlatOutReport {
  readonly updates: number;
  readonly messages: number;
  readonly bytes: number;
  /** From the request to the last write that was accepted. */
  readonly elapsedMs: number;
}

export interface FlatOutTarget extends AsyncDisposable {
  readonly port: number;
  /**
   * Settles when the first Subscribe has taken all its updates; its stream stays open. The last ones may still be on
   * their way: dispose after the receiver has counted them.
   */
  readonly finished: Promise<FlatOutReport>;
}

/** Throws PORT_TAKEN or ADDRESS_INVALID. */
export async function startFlatOutTarget(options: FlatOutOptions): Promise<FlatOutTarget> {
  const finished = Promise.withResolvers<FlatOutReport>();
  const server = new Server();
  const unary = { code: status.UNIMPLEMENTED, details: 'only Subscribe is served at full speed' };
  server.addService(bytesService, {
    capabilities: (_call: unknown, reply: (error: null, value: unknown) => void) =>
      reply(null, capabilitiesOf(servedEncodings, new SchemaTree())),
    get: (_call: unknown, reply: (error: typeof unary) => void) => reply(unary),
    set: (_call: unknown, reply: (error: typeof unary) => void) => reply(unary),
    subscribe: (call: SubscribeCall) => {
      call.once('data', (_request: SubscribeRequest) => flood(call, options, finished.resolve));
      call.on('data', () => {});
      call.on('end', () => call.end());
    },
  });
  const listener = await listenGrpc(server, { host: '127.0.0.1', port: 0, ...options });
  return {
    get port() {
      return listener.front.port;
    },
    finished: finished.promise,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

function flood(
  call: SubscribeCall,
  options: FlatOutOptions,
  done: (report: FlatOutReport) => void,
): void {
  const startedAt = performance.now();
  const messages = roundsOf(options);
  const sent = { messages: 0, bytes: 0 };
  const pump = () => {
    for (let next = messages.next(); next.done !== true; next = messages.next()) {
      sent.messages += 1;
      sent.bytes += next.value.length;
      if (!call.write(next.value)) {
        call.once('drain', pump);
        return;
      }
    }
    done({ ...sent, updates: updatesOf(options), elapsedMs: performance.now() - startedAt });
  };
  pump();
}

function updatesOf({ load, updates }: FlatOutOptions): number {
  const perRound = load.interfaces * load.countersPerInterface;
  return Math.ceil(updates / perRound) * perRound;
}

function* roundsOf(options: FlatOutOptions): Generator<Buffer, void> {
  const { load } = options;
  const model = new LoadModel(load);
  const feed = wholeFeed(model);
  const encoder = new NotificationEncoder();
  const rounds = updatesOf(options) / model.leaves().length;
  for (let round = 0; round < rounds; round += 1) {
    const atMs = load.originMs + round * load.intervalMs;
    model.tick(atMs);
    feed.sendAll();
    const timestampNs = BigInt(Math.round(atMs * 1_000)) * 1_000n;
    for (let message = feed.next(encoder, timestampNs); message !== null; ) {
      yield message;
      message = feed.next(encoder, timestampNs);
    }
    if (round === 0) yield encodeSyncResponse();
  }
}

function wholeFeed(model: LoadModel): Feed {
  const pattern = parsePath('/interfaces/interface[name=*]/state/counters');
  if (!pattern.ok) throw new TypeError(pattern.problem);
  const selection = new Selection({ pattern: pattern.value, leaves: model.leaves(), target: '' });
  return new Feed(
    {
      selection,
      encoding: Encoding.PROTO,
      intervalMs: Infinity,
      heartbeatMs: Infinity,
      followsChanges: false,
      suppressRedundant: false,
    },
    model.tickedAtMs,
  );
}
