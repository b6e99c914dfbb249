/**
 * What is asked for over one connect, until something is streamed. A refusal before the initial set is complete is first
 * answered here: with another way of asking where it names one, else with each path alone, so that one that the target
 * does not know never costs the others, and then with the other ways. Only then the connect itself has failed.
 */
import { sentenceOf } from '../../../core/errors.ts';
import { authority, type GnmiTarget } from '../../../core/inventory/collection-target.ts';
import type { Notification } from '../../../core/telemetry/notification.ts';
import type { Clock, Timers } from '../../../core/time.ts';
import type { Encoding } from '../../../proto/generated/gnmi/gnmi.ts';
import type { DriverListener } from '../session-driver.ts';
import { encodingPlan } from './encoding-plan.ts';
import type { GnmiClient } from './gnmi-client.ts';
import { classifyFailure, type GnmiFailure, isEarlyRefusal, ownFailure } from './gnmi-failure.ts';
import type { GnmiLearnt } from './gnmi-learnt.ts';
import type { ListIdentity } from './list-identity.ts';
import { type ProbeOptions, probePaths, takesAny, tellsAnything } from './path-probe.ts';
import { type Asking, subscribeRequest } from './subscribe-request.ts';
import { SubscribeReader } from './subscribe-stream.ts';
import type { TakenPaths } from './taken-paths.ts';
import { type WayOfAsking, waysOfAsking, wayInWords } from './way-of-asking.ts';
import { namedIn, WaySearch } from './way-search.ts';

export interface GnmiSubscriptionOptions {
  readonly target: GnmiTarget;
  readonly client: GnmiClient;
  /** Aborted with the connect. */
  readonly signal: AbortSignal;
  readonly claimedEncodings: readonly Encoding[];
  readonly learnt: GnmiLearnt;
  readonly paths: TakenPaths;
  readonly lists: ListIdentity;
  readonly listener: Omit<DriverListener, 'failed'> & { failed(failure: GnmiFailure): void };
  readonly clock: Clock;
  readonly timers: Timers;
}

type Update = Extract<Notification, { kind: 'update' }>;

/** An initial set that is empty for so long may be one that was asked for in a wrong way. */
const emptyPatienceMs = 10_000;

export class GnmiSubscription implements Disposable {
  readonly #options: GnmiSubscriptionOptions;
  readonly #ways: readonly WayOfAsking[];
  readonly #search: WaySearch;
  /** Ways in which each path was tried alone. */
  readonly #probed = new Set<WayOfAsking>();
  #reader: SubscribeReader | null = null;
  #synced = false;
  #proved = false;
  #heardUpdate = false;
  /** The first refusal, and the first of those that may be for the paths: it is told where no way is left. */
  #refusal: GnmiFailure | null = null;
  #pathRefusal: GnmiFailure | null = null;
  #paused = false;
  #cancelTimer: () => void = () => {};

  constructor(options: GnmiSubscriptionOptions) {
    this.#options = options;
    const { target, claimedEncodings, learnt, clock } = options;
    this.#ways = waysOfAsking({
      subscriptions: target.subscriptions,
      encodings: encodingPlan(claimedEncodings),
      requestTarget: requestTargetOf(target),
    });
    this.#search = new WaySearch(learnt.ordered(this.#ways, clock.nowMs()));
  }

  start(): void {
    this.#ask();
  }

  pause(): void {
    this.#paused = true;
    this.#reader?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#reader?.resume();
  }

  [Symbol.dispose](): void {
    this.#cancelTimer();
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }

  #ask(): void {
    const { target, client, paths, lists, listener, clock } = this.#options;
    try {
      if (paths.taken.length === 0)
        throw new Error('no path is subscribed; bind a subscription to this device');
      const stream = client.subscribe(subscribeRequest(paths.taken, this.#asking()));
      listener.asked(paths.taken, wayInWords(this.#search.current));
      this.#reader = new SubscribeReader(stream, {
        endpoint: target.endpoint,
        clock,
        lists,
        listener: {
          notified: (update) => this.#notified(update),
          synced: (receivedAtMs) => this.#heardSync(receivedAtMs),
          failed: (failure) => void this.#streamFailed(failure),
        },
      });
      if (this.#paused) this.#reader.pause();
    } catch (error) {
      this.#failed(ownFailure('permanent', `${authority(target.endpoint)}: ${sentenceOf(error)}`));
    }
  }

  #asking(way = this.#search.current): Asking {
    return { way, requestTarget: requestTargetOf(this.#options.target) };
  }

  #notified(update: Update): void {
    this.#heardUpdate ||= update.updates.length > 0;
    this.#prove();
    this.#options.listener.notified(update);
  }

  #heardSync(receivedAtMs: number): void {
    const first = !this.#synced;
    this.#synced = true;
    this.#prove();
    this.#options.listener.synced(receivedAtMs);
    if (first && this.#reader !== null) this.#awaitUpdates();
  }

  /** What comes proves the way that it was asked for in. */
  #prove(): void {
    if (this.#proved) return;
    this.#proved = true;
    const { learnt, clock } = this.#options;
    learnt.proved(this.#search.current, { usual: this.#ways[0]!, nowMs: clock.nowMs() });
  }

  async #streamFailed(failure: GnmiFailure): Promise<void> {
    this.#reader = null;
    if (this.#synced || !isEarlyRefusal(failure)) return this.#failed(failure);
    this.#refusal ??= failure;
    const denied = failure.refusal === 'denied';
    if (denied || namedIn(failure.details).length === 0) {
      this.#pathRefusal ??= failure;
      const found = await this.#probePaths();
      if (found !== 'none') return;
      // Another way of asking gives our user no more rights.
      if (denied) return this.#failed(failure);
    }
    this.#askOtherwise(failure);
  }

  #askOtherwise({ details }: GnmiFailure): void {
    if (this.#search.next(details) === null)
      return this.#failed(this.#pathRefusal ?? this.#refusal!);
    this.#options.paths.forget();
    this.#ask();
  }

  /**
   * Each path alone, in the current way; the first time all of them, then a few before that. Where the target takes some,
   * these are asked for.
   */
  async #probePaths(): Promise<'some' | 'none' | 'over'> {
    const { paths, signal, clock, listener, target } = this.#options;
    const way = this.#search.current;
    if (paths.taken.length < 2 || this.#probed.has(way)) return 'none';
    const probe = this.#probe(way);
    try {
      if (this.#probed.size > 0 && !(await takesAny(probe)))
        return signal.aborted ? 'over' : 'none';
      const { accepted, refused } = await probePaths(probe);
      if (signal.aborted) return 'over';
      this.#probed.add(way);
      if (accepted.length === 0) return 'none';
      if (refused.length > 0) listener.pathsRefused(refused);
      paths.proved(accepted, clock.nowMs());
      this.#ask();
      return 'some';
    } catch (error) {
      this.#failed(classifyFailure(error, target.endpoint));
      return 'over';
    }
  }

  #probe(way: WayOfAsking): ProbeOptions {
    const { client, target, paths, timers, signal } = this.#options;
    const { taken: subscriptions } = paths;
    const asking = this.#asking(way);
    return { client, endpoint: target.endpoint, subscriptions, asking, timers, signal };
  }

  /** Some targets take an origin that they do not mean, and have nothing to say under it. */
  #awaitUpdates(): void {
    const { timers } = this.#options;
    this.#cancelTimer = timers.after(emptyPatienceMs, () => {
      if (this.#heardUpdate) return;
      if (this.#paused) this.#awaitUpdates();
      else void this.#probeOrigins();
    });
  }

  async #probeOrigins(): Promise<void> {
    const { signal, learnt, clock, target } = this.#options;
    if (learnt.isQuiet(clock.nowMs())) return;
    const { current } = this.#search;
    const others = this.#ways.filter(
      (way) =>
        way.origin !== current.origin &&
        way.prefix === current.prefix &&
        way.encoding === current.encoding,
    );
    for (const way of others) {
      const tells = await tellsAnything(this.#probe(way));
      if (signal.aborted || this.#heardUpdate) return;
      if (!tells) continue;
      learnt.proved(way, { usual: this.#ways[0]!, nowMs: clock.nowMs() });
      const sentence = `${authority(target.endpoint)} sent nothing of what is subscribed; it is asked ${wayInWords(way)} from now on`;
      this[Symbol.dispose]();
      return this.#failed(ownFailure('transient', sentence));
    }
    learnt.foundQuiet(clock.nowMs());
  }

  #failed(failure: GnmiFailure): void {
    if (!this.#options.signal.aborted) this.#options.listener.failed(failure);
  }
}

function requestTargetOf({ endpoint }: GnmiTarget): string | null {
  // An empty one is none.
  return endpoint.requestTarget || null;
}
