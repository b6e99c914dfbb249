/**
 * The place of one ingest worker. When its thread dies, another one takes the place and the same devices: at once the
 * first time, then after waits that double while threads keep dying young.
 */
import type { EndpointId } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import type { ClockAnchor } from '../../core/steady-clock.ts';
import type { Clock, Timers } from '../../core/time.ts';
import type { WorkerHost } from './worker-host.ts';
import type { WorkerSession } from './worker-protocol.ts';

export interface WorkerSlotOptions {
  /** Starts a thread under a number that none had before: batches and feed frames are told apart by it. */
  readonly start: (crashed: (error: Error) => void) => WorkerHost;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Told of each death, with the wait until the next thread starts. */
  readonly died: (worker: number, error: Error, restartInMs: number) => void;
}

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** A thread that lived so long did not die of what killed the one before it. */
const youngMs = 60_000;

export class WorkerSlot implements AsyncDisposable {
  readonly #options: WorkerSlotOptions;
  readonly #targets = new Map<EndpointId, CollectionTarget>();
  #rawRetentionMs: number | null = null;
  #host: WorkerHost | null = null;
  #startedAtMs = 0;
  #diedYoung = 0;
  #stopped = false;
  #cancelRestart: () => void = () => {};

  constructor(options: WorkerSlotOptions) {
    this.#options = options;
    this.#start();
  }

  /** What the running thread is known by; null while none runs. */
  get worker(): number | null {
    return this.#host?.number ?? null;
  }

  assign(target: CollectionTarget): void {
    this.#targets.set(target.endpointId, target);
    this.#host?.assign(target);
  }

  unassign(endpointId: EndpointId): void {
    this.#targets.delete(endpointId);
    this.#host?.unassign(endpointId);
  }

  /** What sessions learnt of their targets: the thread after this one is to know it. */
  remember(sessions: readonly WorkerSession[]): void {
    for (const { endpointId, detail } of sessions) {
      const target = this.#targets.get(endpointId);
      if (target === undefined || detail?.learnt === undefined) continue;
      this.#targets.set(endpointId, { ...target, learnt: detail.learnt });
    }
  }

  keepRaw(ms: number): void {
    this.#rawRetentionMs = ms;
    this.#host?.keepRaw(ms);
  }

  /** A thread that starts later asks for it. */
  setClock(anchor: ClockAnchor): void {
    this.#host?.setClock(anchor);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#cancelRestart();
    await this.#host?.[Symbol.asyncDispose]();
  }

  #start(): void {
    const { start, clock } = this.#options;
    this.#startedAtMs = clock.nowMs();
    const host = start((error) => this.#died(host, error));
    this.#host = host;
    if (this.#rawRetentionMs !== null) host.keepRaw(this.#rawRetentionMs);
    for (const target of this.#targets.values()) host.assign(target);
  }

  #died(host: WorkerHost, error: Error): void {
    const { clock, timers, died } = this.#options;
    this.#host = null;
    const young = clock.nowMs() - this.#startedAtMs < youngMs;
    this.#diedYoung = young ? this.#diedYoung + 1 : 1;
    const waitMs =
      this.#diedYoung === 1 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (this.#diedYoung - 2));
    died(host.number, error, waitMs);
    if (!this.#stopped) this.#cancelRestart = timers.after(waitMs, () => this.#start());
  }
}
