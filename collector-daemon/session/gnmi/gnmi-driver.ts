/**
 * Speaks gNMI with one target: one channel and one Subscribe stream at a time. It finds by itself which of the encodings
 * and of the paths subscribed its target takes.
 */
import { status } from '@grpc/grpc-js';
import { sentenceOf } from '../../../core/errors.ts';
import {
  authority,
  type GnmiEndpoint,
  type GnmiTarget,
  type PathSubscription,
} from '../../../core/inventory/collection-target.ts';
import type { CapabilityResponse, Encoding } from '../../../proto/generated/gnmi/gnmi.ts';
import type { DriverListener, DriverOptions, SessionDriver } from '../session-driver.ts';
import type { TargetFacts } from '../target-facts.ts';
import { encodingName, encodingPlan } from './encoding-plan.ts';
import { calmerKeepaliveMs, usualKeepaliveMs } from './gnmi-channel.ts';
import { GnmiClient } from './gnmi-client.ts';
import { classifyFailure, type GnmiFailure, isServiceError, refusalKind } from './gnmi-failure.ts';
import { ListIdentity } from './list-identity.ts';
import { probePaths } from './path-probe.ts';
import { subscribeRequest } from './subscribe-request.ts';
import { SubscribeReader } from './subscribe-stream.ts';

/** A path that was refused is asked for again by the first connect after so long. */
const probeLifeMs = 3_600_000;

export interface GnmiDriverOptions extends DriverOptions {
  /** Default: over a channel of its own. */
  readonly openClient?: (endpoint: GnmiEndpoint, keepaliveMs: number) => GnmiClient;
}

/** One connect: what is open, and what was learnt since it was opened. */
interface Connect {
  readonly listener: DriverListener;
  readonly client: GnmiClient;
  readonly abort: AbortController;
  reader: SubscribeReader | null;
  encodings: readonly Encoding[];
  encodingAt: number;
  synced: boolean;
  /** What the target first said against the paths. */
  refusal: GnmiFailure | null;
}

export class GnmiDriver implements SessionDriver {
  readonly #target: GnmiTarget;
  readonly #options: GnmiDriverOptions;
  readonly #openClient: NonNullable<GnmiDriverOptions['openClient']>;
  readonly #lists = new ListIdentity();
  #connect: Connect | null = null;
  #keepaliveMs = usualKeepaliveMs;
  /** Of those subscribed, the ones that the target takes, as far as is known. */
  #subscriptions: readonly PathSubscription[];
  #probedAtMs: number | null = null;
  #refusedForGood = false;
  #paused = false;

  constructor(target: GnmiTarget, options: GnmiDriverOptions) {
    this.#target = target;
    this.#options = options;
    this.#openClient = options.openClient ?? ((...given) => new GnmiClient(...given));
    this.#subscriptions = target.subscriptions;
  }

  connect(listener: DriverListener): void {
    this.#forgetOldProbe();
    try {
      const client = this.#openClient(this.#target.endpoint, this.#keepaliveMs);
      this.#connect = newConnect(listener, client);
      void this.#askCapabilities(this.#connect);
    } catch (error) {
      this.#tellFailure(listener, classifyFailure(error, this.#target.endpoint));
    }
  }

  subscribe(): void {
    if (this.#connect !== null) this.#subscribe(this.#connect);
  }

  pause(): void {
    this.#paused = true;
    this.#connect?.reader?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#connect?.reader?.resume();
  }

  close(): void {
    const connect = this.#connect;
    this.#connect = null;
    connect?.abort.abort();
    connect?.reader?.[Symbol.dispose]();
    connect?.client[Symbol.dispose]();
  }

  async #askCapabilities(connect: Connect): Promise<void> {
    const { client, abort, listener } = connect;
    try {
      const answer = await this.#capabilities(client, abort.signal);
      if (abort.signal.aborted) return;
      connect.encodings = encodingPlan(answer?.supportedEncodings ?? []);
      listener.connected(targetFacts(answer));
    } catch (error) {
      this.#failed(connect, classifyFailure(error, this.#target.endpoint));
    }
  }

  /** null where the target has no Capabilities; it may stream all the same. */
  async #capabilities(client: GnmiClient, signal: AbortSignal): Promise<CapabilityResponse | null> {
    try {
      return await client.capabilities(this.#options.connectTimeoutMs ?? 10_000, signal);
    } catch (error) {
      if (isServiceError(error) && error.code === status.UNIMPLEMENTED) return null;
      throw error;
    }
  }

  #subscribe(connect: Connect): void {
    const { endpoint } = this.#target;
    const { listener, client } = connect;
    try {
      if (this.#subscriptions.length === 0)
        throw new Error('no path is subscribed; bind a subscription to this device');
      const stream = client.subscribe(subscribeRequest(this.#subscriptions, encodingOf(connect)));
      listener.asked(this.#subscriptions);
      connect.reader = new SubscribeReader(
        stream,
        { endpoint, clock: this.#options.clock, lists: this.#lists },
        {
          notified: (update) => listener.notified(update),
          synced: (receivedAtMs) => {
            connect.synced = true;
            listener.synced(receivedAtMs);
          },
          failed: (failure) => void this.#streamFailed(connect, failure),
        },
      );
      if (this.#paused) connect.reader.pause();
    } catch (error) {
      const sentence = `${authority(endpoint)}: ${sentenceOf(error)}`;
      this.#failed(connect, { class: 'permanent', code: null, sentence });
    }
  }

  /**
   * A refusal before the initial set was complete is first answered here: each path is tried alone, so that one that the
   * target does not know never costs the others; where it takes none, in the next encoding. Only then the connect itself
   * has failed.
   */
  async #streamFailed(connect: Connect, failure: GnmiFailure): Promise<void> {
    connect.reader = null;
    const refused = failure.class === 'permanent' && refusalKind(failure.code) !== null;
    if (connect.synced || !refused) return this.#failed(connect, failure);
    if (/encoding/i.test(failure.sentence)) return this.#subscribeOtherwise(connect, failure);
    connect.refusal ??= failure;
    if (this.#probedAtMs !== null || this.#subscriptions.length < 2)
      return this.#subscribeOtherwise(connect, failure);
    const accepted = await this.#probe(connect);
    if (accepted === null) return;
    if (accepted.length === 0) return this.#subscribeOtherwise(connect, failure);
    this.#subscriptions = accepted;
    this.#subscribe(connect);
  }

  /** In the next encoding, or not at all. */
  #subscribeOtherwise(connect: Connect, failure: GnmiFailure): void {
    // What it says of an encoding that it never claimed would only hide what it said of the paths.
    if (connect.encodingAt + 1 >= connect.encodings.length)
      return this.#failed(connect, connect.refusal ?? failure);
    connect.encodingAt += 1;
    this.#subscribe(connect);
  }

  /** The paths the target takes, or null where the connect was closed or broke meanwhile. */
  async #probe(connect: Connect): Promise<readonly PathSubscription[] | null> {
    const { client, abort, listener } = connect;
    const { clock, timers } = this.#options;
    this.#probedAtMs = clock.nowMs();
    try {
      const { accepted, refused } = await probePaths({
        client,
        endpoint: this.#target.endpoint,
        subscriptions: this.#subscriptions,
        encoding: encodingOf(connect),
        timers,
        signal: abort.signal,
      });
      if (abort.signal.aborted) return null;
      this.#probedAtMs = clock.nowMs();
      if (accepted.length > 0 && refused.length > 0) listener.pathsRefused(refused);
      return accepted;
    } catch (error) {
      this.#failed(connect, classifyFailure(error, this.#target.endpoint));
      return null;
    }
  }

  #failed(connect: Connect, failure: GnmiFailure): void {
    if (!connect.abort.signal.aborted) this.#tellFailure(connect.listener, failure);
  }

  #tellFailure(listener: DriverListener, failure: GnmiFailure): void {
    if (failure.wantsCalm === true) this.#keepaliveMs = calmerKeepaliveMs(this.#keepaliveMs);
    this.#refusedForGood = failure.class === 'permanent';
    listener.failed({ class: failure.class, sentence: failure.sentence });
  }

  /** After a long time, and after a refusal of all, a target may have learnt new paths. */
  #forgetOldProbe(): void {
    if (this.#probedAtMs === null) return;
    const probedForMs = this.#options.clock.nowMs() - this.#probedAtMs;
    if (!this.#refusedForGood && probedForMs <= probeLifeMs) return;
    this.#probedAtMs = null;
    this.#subscriptions = this.#target.subscriptions;
  }
}

function newConnect(listener: DriverListener, client: GnmiClient): Connect {
  return {
    listener,
    client,
    abort: new AbortController(),
    reader: null,
    encodings: encodingPlan([]),
    encodingAt: 0,
    synced: false,
    refusal: null,
  };
}

function encodingOf({ encodings, encodingAt }: Connect): Encoding {
  return encodings[encodingAt]!;
}

function targetFacts(answer: CapabilityResponse | null): TargetFacts {
  if (answer === null) return { protocol: 'gnmi', gnmiVersion: '', encodings: [], models: 0 };
  return {
    protocol: 'gnmi',
    gnmiVersion: answer.gNMIVersion,
    encodings: answer.supportedEncodings.map((encoding) => encodingName(encoding)),
    models: answer.supportedModels.length,
  };
}
