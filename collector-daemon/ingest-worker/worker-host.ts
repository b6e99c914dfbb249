/**
 * The main thread's end of one ingest worker: starts it, talks to it, and waits for it to store what it has. One that dies
 * is dead from its exit on, not from its error: what it had sent before arrives in between, and belongs to its life.
 */
import { Worker } from 'node:worker_threads';
import type { EndpointId } from '../../core/id.ts';
import type { CollectionTarget } from '../../core/inventory/collection-target.ts';
import type { ClockAnchor } from '../../core/steady-clock.ts';
import type { DroppedRows } from '../../core/telemetry/sample.ts';
import type { WorkerMeasures } from './measures.ts';
import type { TroubleCount } from './trouble-ledger.ts';
import type {
  FeedPart,
  FromWorker,
  LossReason,
  ToWorker,
  WorkerEvent,
  WorkerOptions,
  WorkerReport,
} from './worker-protocol.ts';

export interface WorkerListener {
  /** The bundle was handed over whole; a credit goes back when this returns. */
  frames(worker: number, parts: readonly FeedPart[]): void;
  /** Refs of series, by topic, that no later frame has rows of. */
  retired(worker: number, topics: ReadonlyMap<string, readonly number[]>): void;
  report(worker: number, report: WorkerReport): void;
  measured(worker: number, measures: WorkerMeasures): void;
  happened(event: WorkerEvent): void;
  /** With the data of devices, since the last time. */
  troubled(troubles: readonly TroubleCount[]): void;
  /** Samples that are lost for good. */
  lost(rows: readonly DroppedRows[], reason: LossReason): void;
  /** The thread died without being asked to; told once, and nothing of it is told after that. */
  crashed(worker: number, error: Error): void;
}

/** Of a `Worker`, what is needed. */
export interface Thread {
  on(event: 'message', heard: (message: FromWorker) => void): unknown;
  on(event: 'error', failed: (error: Error) => void): unknown;
  on(event: 'exit', ended: (code: number) => void): unknown;
  postMessage(message: ToWorker): void;
  terminate(): Promise<unknown>;
}

export type OpenThread = (options: WorkerOptions) => Thread;

function openIngestThread(options: WorkerOptions): Thread {
  return new Worker(new URL('./ingest-worker.ts', import.meta.url), {
    workerData: options,
    // What libraries ought to do otherwise is for those who build this, not a line in the log of those who run it.
    execArgv: [...process.execArgv, '--no-deprecation'],
  });
}

/** A worker stores its queue for this long when the program ends; then the rest is counted as dropped. */
const drainMs = 10_000;

export class WorkerHost implements AsyncDisposable {
  readonly number: number;
  readonly #thread: Thread;
  readonly #listener: WorkerListener;
  #stopping = false;
  #dead = false;
  #error: Error | null = null;
  /** It has stored what it had, and said so. */
  #stopped = false;
  readonly #exited = Promise.withResolvers<void>();

  constructor(
    options: WorkerOptions,
    listener: WorkerListener,
    open: OpenThread = openIngestThread,
  ) {
    this.number = options.worker;
    this.#listener = listener;
    this.#thread = open(options);
    this.#thread.on('message', (message) => this.#heard(message));
    this.#thread.on('error', (error) => {
      this.#error ??= error;
    });
    this.#thread.on('exit', (code) => this.#ended(code));
  }

  /** Nothing new begins once it stores the last of what it has. */
  assign(target: CollectionTarget): void {
    if (this.#stopping) return;
    this.#send({ kind: 'assign', target });
  }

  unassign(endpointId: EndpointId): void {
    this.#send({ kind: 'unassign', endpointId });
  }

  keepRaw(ms: number): void {
    this.#send({ kind: 'raw-retention', ms });
  }

  setClock(anchor: ClockAnchor): void {
    this.#send({ kind: 'clock', anchor });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#send({ kind: 'stop', drainMs });
    await this.#exited.promise;
  }

  /** While it stores the last of it, too, for then samples are lost as well. */
  #ended(code: number): void {
    if (this.#dead) return;
    this.#dead = true;
    const error = this.#error ?? new Error(`the thread ended with code ${code}`);
    if (!this.#stopped) this.#listener.crashed(this.number, error);
    this.#exited.resolve();
  }

  #send(message: ToWorker): void {
    this.#thread.postMessage(message);
  }

  #heard(message: FromWorker): void {
    if (this.#dead) return;
    switch (message.kind) {
      case 'frames':
        this.#listener.frames(this.number, message.parts);
        this.#send({ kind: 'credit' });
        return;
      case 'retired':
        this.#listener.retired(this.number, message.topics);
        return;
      case 'report':
        this.#listener.report(this.number, message.report);
        return;
      case 'measures':
        this.#listener.measured(this.number, message.measures);
        return;
      case 'troubles':
        this.#listener.troubled(message.troubles);
        return;
      case 'event':
        this.#listener.happened(message.event);
        return;
      case 'lost':
        this.#listener.lost(message.rows, message.reason);
        return;
      case 'stopped':
        this.#stopped = true;
        // A connection that a target leaves half open would keep the thread for as long as TCP is patient.
        void this.#thread.terminate();
        return;
      default:
        message satisfies never;
    }
  }
}
