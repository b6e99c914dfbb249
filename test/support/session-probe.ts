/** A gNMI session over real sockets whose waits are moved by hand, with everything it said. */
import { EventEmitter, once } from 'node:events';
import { GnmiClient } from '../../collector-daemon/session/gnmi/gnmi-client.ts';
import { GnmiDriver } from '../../collector-daemon/session/gnmi/gnmi-driver.ts';
import type { RefusedPath } from '../../collector-daemon/session/session-driver.ts';
import { SessionRunner } from '../../collector-daemon/session/session-runner.ts';
import type { SessionState } from '../../collector-daemon/session/session-state.ts';
import type { SessionStateName } from '../../core/contract/device.ts';
import type {
  CollectionTarget,
  PathSubscription,
  GnmiEndpoint,
} from '../../core/inventory/collection-target.ts';
import type { Notification } from '../../core/telemetry/notification.ts';
import { formatPath } from '../../core/telemetry/path.ts';
import { textOf } from '../../core/telemetry/value.ts';
import { collectionTarget } from './collection.ts';
import { ManualTime } from './manual-time.ts';

const deadlineMs = 15_000;

export class SessionProbe implements Disposable {
  readonly time: ManualTime;
  readonly notifications: Notification[] = [];
  readonly states: SessionStateName[] = [];
  readonly refused: string[] = [];
  readonly session: SessionRunner;
  /** For tests that do something in the middle of a change. */
  onChange: (name: SessionStateName) => void = () => {};
  onRefused: (refused: readonly RefusedPath[]) => void = () => {};
  readonly #happened = new EventEmitter();

  /** Between keepalive pings, of each channel opened. */
  readonly keepalivesMs: number[] = [];

  constructor(target: CollectionTarget, time = new ManualTime(), connectTimeoutMs = 5_000) {
    this.time = time;
    this.session = new SessionRunner({
      target,
      driver: new GnmiDriver(target, {
        clock: time,
        timers: time,
        connectTimeoutMs,
        learnt: target.learnt,
        openClient: (endpoint, keepaliveMs) => {
          this.keepalivesMs.push(keepaliveMs);
          return new GnmiClient(endpoint, keepaliveMs);
        },
      }),
      listener: {
        notified: (notification) => {
          this.notifications.push(notification);
          this.#happened.emit('event');
        },
        changed: ({ name }) => {
          this.states.push(name);
          this.onChange(name);
          this.#happened.emit('event');
        },
        pathsRefused: (refused) => {
          for (const { path, reason } of refused) this.refused.push(`${path}: ${reason}`);
          this.onRefused(refused);
        },
      },
      clock: time,
      timers: time,
      random: () => 0.5,
    });
  }

  /** A started session with these paths of that target. */
  static open(endpoint: GnmiEndpoint, paths: readonly PathSubscription[], time?: ManualTime) {
    const probe = new SessionProbe(collectionTarget(endpoint, paths), time);
    probe.session.start();
    return probe;
  }

  get state(): SessionState {
    return this.session.state;
  }

  /** Resolves once `holds` does, looked at after everything that happens. */
  async until(holds: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(deadlineMs);
    while (!holds()) {
      await once(this.#happened, 'event', { signal }).catch((cause: unknown) => {
        throw new Error(`still waiting in ${this.state.name} (${this.state.lastError})`, { cause });
      });
    }
  }

  async untilState(name: SessionStateName): Promise<void> {
    await this.until(() => this.state.name === name);
  }

  /** The sentence with which the session fails next. */
  async untilFailure(): Promise<string> {
    await this.until(() => this.state.name === 'backing-off' || this.state.name === 'refused');
    return this.state.lastError!;
  }

  /** Moves time over every back-off until the session streams again. */
  async untilBack(): Promise<void> {
    for (;;) {
      await this.until(() => ['backing-off', 'refused', 'streaming'].includes(this.state.name));
      if (this.state.name === 'streaming') return;
      this.time.advance(600_000);
    }
  }

  /** Every update so far as [path, text of the value]. */
  updates(): [path: string, value: string][] {
    return this.notifications.flatMap((notification) =>
      notification.kind === 'update'
        ? notification.updates.map(({ path, value }): [string, string] => [
            formatPath(path),
            textOf(value),
          ])
        : [],
    );
  }

  count(kind: Notification['kind']): number {
    return this.notifications.filter((notification) => notification.kind === kind).length;
  }

  [Symbol.dispose](): void {
    this.session[Symbol.dispose]();
  }
}
