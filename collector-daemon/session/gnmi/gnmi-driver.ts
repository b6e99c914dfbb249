/**
 * Speaks gNMI with one target: one channel and one Subscribe stream at a time. Capabilities are a help, not a need: a
 * target that answers them with an error, or not at all, may stream all the same.
 */
import type { GnmiEndpoint, GnmiTarget } from '../../../core/inventory/collection-target.ts';
import type { CapabilityResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import type { DriverListener, DriverOptions, Learnt, SessionDriver } from '../session-driver.ts';
import type { TargetFacts } from '../target-facts.ts';
import { askCapabilities } from './capabilities.ts';
import { encodingName } from './encoding-plan.ts';
import { calmerKeepaliveMs, usualKeepaliveMs } from './gnmi-channel.ts';
import { GnmiClient } from './gnmi-client.ts';
import { classifyFailure, type GnmiFailure } from './gnmi-failure.ts';
import { GnmiLearnt } from './gnmi-learnt.ts';
import { GnmiSubscription } from './gnmi-subscription.ts';
import { ListIdentity } from './list-identity.ts';
import { TakenPaths } from './taken-paths.ts';

export interface GnmiDriverOptions extends DriverOptions {
  /** Default: over a channel of its own. */
  readonly openClient?: (endpoint: GnmiEndpoint, keepaliveMs: number) => GnmiClient;
}

/** What is open. */
interface Connect {
  readonly listener: DriverListener;
  readonly client: GnmiClient;
  readonly abort: AbortController;
  capabilities: CapabilityResponse | null;
  subscription: GnmiSubscription | null;
}

export class GnmiDriver implements SessionDriver {
  readonly #target: GnmiTarget;
  readonly #options: GnmiDriverOptions;
  readonly #openClient: NonNullable<GnmiDriverOptions['openClient']>;
  readonly #lists = new ListIdentity();
  readonly #learnt: GnmiLearnt;
  readonly #paths: TakenPaths;
  #connect: Connect | null = null;
  #paused = false;

  constructor(target: GnmiTarget, options: GnmiDriverOptions) {
    this.#target = target;
    this.#options = options;
    this.#openClient = options.openClient ?? ((...given) => new GnmiClient(...given));
    this.#learnt = new GnmiLearnt(target.endpoint, options.learnt ?? null);
    this.#paths = new TakenPaths(target.subscriptions);
  }

  get learnt(): Learnt | null {
    return this.#learnt.json;
  }

  connect(listener: DriverListener): void {
    this.#paths.connecting(this.#options.clock.nowMs());
    try {
      const keepaliveMs = this.#learnt.keepaliveMs ?? usualKeepaliveMs;
      const client = this.#openClient(this.#target.endpoint, keepaliveMs);
      const abort = new AbortController();
      const connect = { listener, client, abort, capabilities: null, subscription: null };
      this.#connect = connect;
      void this.#askCapabilities(connect);
    } catch (error) {
      this.#failed(listener, classifyFailure(error, this.#target.endpoint));
    }
  }

  subscribe(): void {
    const connect = this.#connect;
    if (connect === null) return;
    const { client, abort, capabilities, listener } = connect;
    connect.subscription = new GnmiSubscription({
      target: this.#target,
      client,
      signal: abort.signal,
      claimedEncodings: capabilities?.supportedEncodings ?? [],
      learnt: this.#learnt,
      paths: this.#paths,
      lists: this.#lists,
      listener: { ...listener, failed: (failure) => this.#failed(listener, failure) },
      clock: this.#options.clock,
      timers: this.#options.timers,
    });
    if (this.#paused) connect.subscription.pause();
    connect.subscription.start();
  }

  pause(): void {
    this.#paused = true;
    this.#connect?.subscription?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#connect?.subscription?.resume();
  }

  close(): void {
    const connect = this.#connect;
    this.#connect = null;
    connect?.abort.abort();
    connect?.subscription?.[Symbol.dispose]();
    connect?.client[Symbol.dispose]();
  }

  async #askCapabilities(connect: Connect): Promise<void> {
    const { client, abort, listener } = connect;
    const { clock, connectTimeoutMs: timeoutMs = 10_000 } = this.#options;
    const mute = this.#learnt.isMute(clock.nowMs());
    try {
      const answer = await askCapabilities(client, { timeoutMs, mute, signal: abort.signal });
      if (abort.signal.aborted) return;
      this.#learnt.heardCapabilities(answer.kind !== 'silence', clock.nowMs());
      connect.capabilities = answer.kind === 'told' ? answer.capabilities : null;
      listener.connected(targetFacts(connect.capabilities));
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#failed(listener, classifyFailure(error, this.#target.endpoint));
    }
  }

  #failed(listener: DriverListener, failure: GnmiFailure): void {
    if (failure.wantsCalm === true)
      this.#learnt.calm(calmerKeepaliveMs(this.#learnt.keepaliveMs ?? usualKeepaliveMs));
    this.#paths.failed(failure.class);
    listener.failed({ class: failure.class, sentence: failure.sentence });
  }
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
