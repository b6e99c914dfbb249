/**
 * A session with one target, whatever it speaks: runs the commands of the session's reducer through a driver, with the
 * waits between attempts and the watch over silence.
 */
import {
  authority,
  type CollectionTarget,
  type PathSubscription,
} from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import type { Clock, Timers } from '../../core/time.ts';
import { backoffMs, permanentBackoff, transientBackoff } from './backoff.ts';
import type { BreakCause } from '../../core/inventory/session-break.ts';
import type {
  DriverListener,
  Learnt,
  RefusedPath,
  SessionDriver,
  SessionFailure,
} from './session-driver.ts';
import {
  advanceSession,
  initialSessionState,
  type SessionCommand,
  type SessionEvent,
  type SessionState,
  stateLimitMs,
} from './session-state.ts';
import { SilenceWatch } from './silence-watch.ts';
import type { Stall } from './stall-watch.ts';

export interface SessionListener {
  /** In the order of the wire; called synchronously, so a slow listener is felt by the target. */
  notified(notification: Notification): void;
  changed(state: SessionState): void;
  /** The target takes the other paths but not these; none, when it takes those again that it refused before. */
  pathsRefused(refused: readonly RefusedPath[]): void;
}

export interface SessionRunnerOptions {
  readonly target: CollectionTarget;
  readonly driver: SessionDriver;
  readonly listener: SessionListener;
  readonly clock: Clock;
  readonly timers: Timers;
  /** in [0, 1) */
  readonly random: () => number;
  /** That this thread stood still a moment ago; default: it never does. */
  readonly recentStall?: () => Stall | null;
}

const maxPatience = 8;
/** A limit that runs out so late says that we stood still: what the target has answered is still to be read. */
const lateMs = 2_000;

type Failure = SessionFailure & { readonly cause?: BreakCause };
type Update = Extract<Notification, { kind: 'update' }>;

export class SessionRunner implements Disposable {
  readonly #options: SessionRunnerOptions;
  #state: SessionState;
  /** What the target is asked for: a path that it refuses would never be heard. */
  #asked: readonly PathSubscription[];
  #silence: SilenceWatch;
  /** Grows with each silence: a target that sends more rarely than asked must not be begun anew for ever. */
  #patience = 1;
  /** In words. */
  #how: string | undefined;
  /** Grows with each subscription that was not answered in time: large targets gather for long. */
  #answerPatience = 1;
  #toldRefused = false;
  #cancelRetry: () => void = () => {};
  #cancelLimit: () => void = () => {};
  #paused = false;

  constructor(options: SessionRunnerOptions) {
    this.#options = options;
    this.#asked = options.target.subscriptions;
    this.#state = initialSessionState(options.clock.nowMs());
    this.#silence = this.#watchSilence();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** In which way the target is asked, for people; undefined until it was. */
  get asked(): string | undefined {
    return this.#how;
  }

  /** What the next session with this target is to be given. */
  get learnt(): Learnt | null {
    return this.#options.driver.learnt;
  }

  start(): void {
    this.#dispatch({ kind: 'start' });
  }

  /** Stops reading; the target is slowed by flow control. */
  pause(): void {
    this.#paused = true;
    this.#cancelLimit();
    this.#silence.suspend();
    this.#options.driver.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#options.driver.resume();
    this.#silence.resume();
    this.#limit();
  }

  [Symbol.dispose](): void {
    this.#dispatch({ kind: 'stop' });
  }

  #dispatch(event: SessionEvent): void {
    const { clock, listener } = this.#options;
    const { state, commands } = advanceSession(this.#state, event, clock.nowMs());
    if (state === this.#state) return;
    this.#state = state;
    this.#limit();
    listener.changed(state);
    for (const command of commands) {
      // What a listener or a command caused meanwhile (a stop, a failure) has overtaken the rest.
      if (this.#state !== state) return;
      this.#run(command);
    }
  }

  #run(command: SessionCommand): void {
    const { driver, listener, clock } = this.#options;
    switch (command.kind) {
      case 'connect':
        driver.connect(this.#driverListener());
        return;
      case 'subscribe':
        driver.subscribe();
        return;
      case 'close':
        this.#cancelRetry();
        this.#silence.disarm();
        driver.close();
        return;
      case 'wait':
        this.#wait(command);
        return;
      case 'mark-gap':
        listener.notified({ kind: 'gap', receivedAtMs: clock.nowMs(), reason: command.reason });
        return;
      default:
        command satisfies never;
    }
  }

  #driverListener(): DriverListener {
    return {
      connected: (target) => this.#dispatch({ kind: 'connected', target }),
      asked: (subscriptions, how) => {
        this.#asked = subscriptions;
        // The one before would hear nothing any more, and blame the target for it.
        this.#silence.disarm();
        this.#how = how;
        this.#silence = this.#watchSilence();
        if (this.#paused) this.#silence.suspend();
      },
      notified: (update) => this.#notified(update),
      synced: (receivedAtMs) => this.#synced(receivedAtMs),
      pathsRefused: (refused) => this.#tellRefused(refused),
      failed: (failure) => this.#dispatch({ kind: 'failed', ...this.#blamed(failure) }),
    };
  }

  #watchSilence(): SilenceWatch {
    const { clock, timers, target } = this.#options;
    return new SilenceWatch({
      clock,
      timers,
      subscriptions: this.#asked,
      patience: this.#patience,
      silent: (silence) => {
        this.#patience = Math.min(maxPatience, this.#patience * 2);
        this.#failed(`${authority(target.endpoint)} ${silence}`, 'silence');
      },
      steady: () => {
        this.#patience = 1;
      },
    });
  }

  #notified(update: Update): void {
    if (this.#state.name === 'subscribing') this.#answered();
    this.#options.listener.notified(update);
    // Closed by who heard it: what is armed now would never be disarmed.
    if (this.#open) this.#silence.heard(update);
  }

  #answered(): void {
    this.#answerPatience = 1;
    this.#dispatch({ kind: 'heard' });
  }

  #synced(receivedAtMs: number): void {
    const { target, listener } = this.#options;
    if (this.#state.name === 'subscribing') this.#answered();
    const refused = target.subscriptions.filter((one) => !this.#asked.includes(one));
    listener.notified({ kind: 'sync', receivedAtMs, refused: refused.map(({ path }) => path) });
    if (refused.length === 0 && this.#toldRefused) this.#tellRefused([]);
    this.#dispatch({ kind: 'synced' });
    if (this.#open) this.#silence.synced();
  }

  /** Of the state that was entered now, or is read on in. */
  #limit(): void {
    this.#cancelLimit();
    const { name } = this.#state;
    const usualMs = stateLimitMs[name];
    if (usualMs === null || this.#paused) return;
    const limitMs = name === 'subscribing' ? usualMs * this.#answerPatience : usualMs;
    const { clock, timers } = this.#options;
    const dueMs = clock.nowMs() + limitMs;
    this.#cancelLimit = timers.after(limitMs, () => {
      if (clock.nowMs() > dueMs + lateMs) this.#limit();
      else this.#overdue(limitMs);
    });
  }

  #overdue(limitMs: number): void {
    const peer = authority(this.#options.target.endpoint);
    const within = `within ${limitMs / 1_000} s`;
    switch (this.#state.name) {
      case 'subscribing':
        this.#answerPatience = Math.min(maxPatience, this.#answerPatience * 2);
        return this.#failed(
          `${peer} has not answered the subscription ${within}; it is asked again`,
        );
      case 'syncing':
        return this.#dispatch({ kind: 'settled' });
      default:
    }
  }

  #failed(sentence: string, cause: BreakCause = 'connection-lost'): void {
    this.#dispatch({ kind: 'failed', ...this.#blamed({ class: 'transient', sentence, cause }) });
  }

  /** While we stood still nobody was read: what broke off right afterwards did so because of us. */
  #blamed(failure: Failure): Failure {
    const stall = this.#options.recentStall?.() ?? null;
    if (stall === null || failure.class === 'permanent') return failure;
    const seconds = Math.round((stall.toMs - stall.fromMs) / 1_000);
    const sentence = `the collector stood still for ${seconds} s, and then: ${failure.sentence}`;
    return { ...failure, sentence, cause: 'collector-stalled' };
  }

  get #open(): boolean {
    return this.#state.name === 'syncing' || this.#state.name === 'streaming';
  }

  #tellRefused(refused: readonly RefusedPath[]): void {
    this.#toldRefused = refused.length > 0;
    this.#options.listener.pathsRefused(refused);
  }

  #wait(wait: Extract<SessionCommand, { kind: 'wait' }>): void {
    const { timers, random } = this.#options;
    const policy = wait.class === 'permanent' ? permanentBackoff : transientBackoff;
    const delayMs = backoffMs(policy, wait.attempt, random());
    this.#cancelRetry = timers.after(delayMs, () => this.#dispatch({ kind: 'retry-due' }));
  }
}
