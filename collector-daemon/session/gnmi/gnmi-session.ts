/**
 * A session with one gNMI target: runs the commands of the session's reducer over real channels, timers and streams.
 * It owns at most one channel and one Subscribe stream at a time.
 */
import { status } from '@grpc/grpc-js';
import { sentenceOf } from '../../../core/errors.ts';
import type {
  CollectionTarget,
  PathSubscription,
  TargetEndpoint,
} from '../../../core/inventory/collection-target.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import type { Clock, Timers } from '../../../core/time.ts';
import { type CapabilityResponse, Encoding } from '../../../proto/generated/gnmi/gnmi.ts';
import { backoffMs, permanentBackoff, transientBackoff } from '../backoff.ts';
import {
  advanceSession,
  initialSessionState,
  type SessionCommand,
  type SessionEvent,
  type SessionState,
} from '../session-state.ts';
import { unknownTarget } from '../target-facts.ts';
import { encodingName, encodingPlan } from './encoding-plan.ts';
import { calmerKeepaliveMs, usualKeepaliveMs } from './gnmi-channel.ts';
import { GnmiClient } from './gnmi-client.ts';
import { classifyFailure, isServiceError, type SessionFailure } from './gnmi-failure.ts';
import { probePaths, refusals, type RefusedPath } from './path-probe.ts';
import { SilenceWatch } from './silence-watch.ts';
import { subscribeRequest } from './subscribe-request.ts';
import { SubscribeReader } from './subscribe-stream.ts';

export interface SessionListener {
  /** In the order of the wire; called synchronously, so a slow listener is felt by the target. */
  notified(notification: Notification): void;
  changed(state: SessionState): void;
  /** The target takes the other paths but not these; none, when it takes those again that it refused before. */
  pathsRefused(refused: readonly RefusedPath[]): void;
}

const maxPatience = 8;
/** A path that was refused is asked for again by the first connect after so long. */
const probeLifeMs = 3_600_000;

export interface SessionOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** in [0, 1) */
  readonly random: () => number;
  readonly connectTimeoutMs?: number;
  /** Default: over a channel of its own. */
  readonly openClient?: (endpoint: TargetEndpoint, keepaliveMs: number) => GnmiClient;
}

export class GnmiSession implements Disposable {
  readonly #target: CollectionTarget;
  readonly #listener: SessionListener;
  readonly #options: SessionOptions;
  #state: SessionState;
  #client: GnmiClient | null = null;
  #reader: SubscribeReader | null = null;
  #abort = new AbortController();
  #cancelRetry: () => void = () => {};
  /** Of the paths that the target takes: a refused one would never be heard. */
  #silence: SilenceWatch;
  /** Grows with each silence: a target that sends more rarely than asked must not be begun anew for ever. */
  #patience = 1;
  #keepaliveMs = usualKeepaliveMs;
  readonly #openClient: NonNullable<SessionOptions['openClient']>;
  #encodings: readonly Encoding[] = [];
  #encodingAt = 0;
  /** What the target first said against the paths since the connect. */
  #refusal: SessionFailure | null = null;
  #subscriptions: readonly PathSubscription[];
  #probed = false;
  #probedAtMs = 0;
  #toldRefused = false;
  #paused = false;

  constructor(target: CollectionTarget, listener: SessionListener, options: SessionOptions) {
    this.#target = target;
    this.#listener = listener;
    this.#options = options;
    this.#openClient = options.openClient ?? ((...given) => new GnmiClient(...given));
    this.#subscriptions = target.subscriptions;
    this.#state = initialSessionState(options.clock.nowMs());
    this.#silence = this.#watchSilence();
  }

  get state(): SessionState {
    return this.#state;
  }

  start(): void {
    this.#dispatch({ kind: 'start' });
  }

  /** Stops reading; the target is slowed by HTTP/2 flow control. */
  pause(): void {
    this.#paused = true;
    this.#silence.suspend();
    this.#reader?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#reader?.resume();
    this.#silence.resume();
  }

  [Symbol.dispose](): void {
    this.#dispatch({ kind: 'stop' });
  }

  #dispatch(event: SessionEvent): void {
    const { state, commands } = advanceSession(this.#state, event, this.#options.clock.nowMs());
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.changed(state);
    for (const command of commands) {
      // What a listener or a command caused meanwhile (a stop, a failure) has overtaken the rest.
      if (this.#state !== state) return;
      this.#run(command);
    }
  }

  #run(command: SessionCommand): void {
    switch (command.kind) {
      case 'connect':
        void this.#connect();
        return;
      case 'subscribe':
        this.#subscribe();
        return;
      case 'close':
        this.#close();
        return;
      case 'wait':
        this.#wait(
          command.class === 'permanent' ? permanentBackoff : transientBackoff,
          command.attempt,
        );
        return;
      case 'mark-gap':
        this.#listener.notified({
          kind: 'gap',
          receivedAtMs: this.#options.clock.nowMs(),
          reason: command.reason,
        });
        return;
      default:
        command satisfies never;
    }
  }

  async #connect(): Promise<void> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      this.#client = this.#openClient(this.#target.endpoint, this.#keepaliveMs);
      const answer = await this.#capabilities(this.#client, signal);
      if (signal.aborted) return;
      this.#encodings = encodingPlan(answer?.supportedEncodings ?? []);
      this.#encodingAt = 0;
      this.#refusal = null;
      this.#dispatch({ kind: 'connected', target: targetFacts(answer) });
    } catch (error) {
      if (!signal.aborted) this.#failed(classifyFailure(error, this.#target.endpoint));
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

  #subscribe(): void {
    try {
      if (this.#subscriptions.length === 0)
        throw new Error('no path is subscribed; bind a subscription to this device');
      const request = subscribeRequest(this.#subscriptions, this.#encodings[this.#encodingAt]!);
      const stream = this.#client!.subscribe(request);
      this.#silence = this.#watchSilence();
      this.#reader = new SubscribeReader(stream, this.#target.endpoint, this.#options.clock, {
        notified: (update) => this.#notified(update),
        synced: (receivedAtMs) => this.#synced(receivedAtMs),
        failed: (failure) => void this.#streamFailed(failure),
      });
      if (this.#paused) this.#reader.pause();
    } catch (error) {
      this.#failed({
        class: 'permanent',
        code: null,
        sentence: `${this.#name()}: ${sentenceOf(error)}`,
      });
    }
  }

  #watchSilence(): SilenceWatch {
    return new SilenceWatch({
      timers: this.#options.timers,
      subscriptions: this.#subscriptions,
      patience: this.#patience,
      silent: (silence) => {
        this.#patience = Math.min(maxPatience, this.#patience * 2);
        const sentence = `${this.#name()} ${silence}`;
        this.#dispatch({ kind: 'failed', class: 'transient', sentence });
      },
    });
  }

  #notified(update: Extract<Notification, { kind: 'update' }>): void {
    if (this.#state.name === 'subscribing') this.#dispatch({ kind: 'heard' });
    this.#listener.notified(update);
    // Closed by who heard it: what is armed now would never be disarmed.
    if (this.#reader !== null) this.#silence.heard(update);
  }

  #synced(receivedAtMs: number): void {
    if (this.#state.name === 'subscribing') this.#dispatch({ kind: 'heard' });
    const refused = this.#target.subscriptions.filter((one) => !this.#subscriptions.includes(one));
    this.#listener.notified({
      kind: 'sync',
      receivedAtMs,
      refused: refused.map(({ path }) => path),
    });
    if (!this.#probed && this.#toldRefused) this.#tellRefused([]);
    this.#dispatch({ kind: 'synced' });
    if (this.#reader !== null) this.#silence.synced();
  }

  /**
   * A refusal before the initial set was complete is first answered here: each path is tried alone, so that one that the
   * target does not know never costs the others; where it takes none, in the next encoding. Only then the session itself
   * has failed.
   */
  async #streamFailed(failure: SessionFailure): Promise<void> {
    this.#reader = null;
    const early = this.#state.name === 'subscribing' || this.#state.name === 'syncing';
    const refused = failure.class === 'permanent' && refusals.includes(failure.code);
    if (!early || !refused) return this.#failed(failure);
    if (/encoding/i.test(failure.sentence)) return this.#subscribeOtherwise(failure);
    this.#refusal ??= failure;
    if (this.#probed || this.#subscriptions.length < 2) return this.#subscribeOtherwise(failure);
    const accepted = await this.#probe();
    if (accepted === null) return;
    if (accepted.length === 0) return this.#subscribeOtherwise(failure);
    this.#subscriptions = accepted;
    this.#subscribe();
  }

  /** In the next encoding, or not at all. */
  #subscribeOtherwise(failure: SessionFailure): void {
    // What it says of an encoding that it never claimed would only hide what it said of the paths.
    if (this.#encodingAt + 1 >= this.#encodings.length)
      return this.#failed(this.#refusal ?? failure);
    this.#encodingAt += 1;
    this.#subscribe();
  }

  /** The paths the target takes, or null where the session was closed or broke meanwhile. */
  async #probe(): Promise<readonly PathSubscription[] | null> {
    const { signal } = this.#abort;
    this.#probed = true;
    try {
      const { accepted, refused } = await probePaths({
        client: this.#client!,
        endpoint: this.#target.endpoint,
        subscriptions: this.#subscriptions,
        encoding: this.#encodings[this.#encodingAt]!,
        timers: this.#options.timers,
        signal,
      });
      if (signal.aborted) return null;
      this.#probedAtMs = this.#options.clock.nowMs();
      if (accepted.length > 0 && refused.length > 0) this.#tellRefused(refused);
      return accepted;
    } catch (error) {
      if (!signal.aborted) this.#failed(classifyFailure(error, this.#target.endpoint));
      return null;
    }
  }

  #tellRefused(refused: readonly RefusedPath[]): void {
    this.#toldRefused = refused.length > 0;
    this.#listener.pathsRefused(refused);
  }

  #failed({ class: failureClass, sentence, wantsCalm }: SessionFailure): void {
    if (wantsCalm === true) this.#keepaliveMs = calmerKeepaliveMs(this.#keepaliveMs);
    this.#dispatch({ kind: 'failed', class: failureClass, sentence });
  }

  #wait(policy: typeof transientBackoff, attempt: number): void {
    // After a long time a target may have learnt new paths.
    const probedForMs = this.#options.clock.nowMs() - this.#probedAtMs;
    if (policy === permanentBackoff || probedForMs > probeLifeMs) this.#forgetProbe();
    const delayMs = backoffMs(policy, attempt, this.#options.random());
    this.#cancelRetry = this.#options.timers.after(delayMs, () =>
      this.#dispatch({ kind: 'retry-due' }),
    );
  }

  #forgetProbe(): void {
    this.#probed = false;
    this.#subscriptions = this.#target.subscriptions;
  }

  #close(): void {
    this.#cancelRetry();
    this.#silence.disarm();
    this.#abort.abort();
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
    this.#client?.[Symbol.dispose]();
    this.#client = null;
  }

  #name(): string {
    return `${this.#target.endpoint.address}:${this.#target.endpoint.port}`;
  }
}

function targetFacts(answer: CapabilityResponse | null) {
  if (answer === null) return unknownTarget;
  return {
    gnmiVersion: answer.gNMIVersion,
    encodings: answer.supportedEncodings.map((encoding) => encodingName(encoding)),
    models: answer.supportedModels.length,
  };
}
