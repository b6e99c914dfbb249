/** Watches the threads of a collector: measures of all, and an event where an ingest worker does not report any more. */
import type { Registry } from 'prom-client';
import type { Timers } from '../core/time.ts';
import type { WorkerMeasures } from './ingest-worker/measures.ts';
import { StallWatch, type StallNews } from './ingest-worker/stall-watch.ts';
import { LoopDelay } from './loop-delay.ts';
import type { EventLog } from './reporting/event-log.ts';
import { WorkerMetrics } from './worker-metrics.ts';

export interface WorkerWatchOptions {
  readonly node: string;
  readonly registry: Registry;
  readonly events: Pick<EventLog, 'record'>;
  readonly timers: Timers;
  /** A counter of ms that only goes on. */
  readonly ticksMs: () => number;
}

export class WorkerWatch implements Disposable {
  readonly #options: WorkerWatchOptions;
  readonly #stalls = new StallWatch();
  readonly #metrics: WorkerMetrics;
  readonly #delay: LoopDelay;

  constructor(options: WorkerWatchOptions) {
    this.#options = options;
    this.#delay = new LoopDelay(options);
    this.#metrics = new WorkerMetrics(options.registry, () => this.#stalls.ages(options.ticksMs()));
  }

  reported(slot: number): void {
    this.#tell(this.#stalls.reported(slot, this.#options.ticksMs()));
  }

  measured(slot: number, measures: WorkerMeasures): void {
    this.#metrics.measured(slot, measures);
  }

  /** Its thread has died; that is told elsewhere. */
  died(slot: number): void {
    this.#stalls.forget(slot);
  }

  /** To be called once a second. */
  look(): void {
    this.#metrics.mainDelay(this.#delay.take());
    for (const news of this.#stalls.look(this.#options.ticksMs())) this.#tell(news);
  }

  [Symbol.dispose](): void {
    this.#delay[Symbol.dispose]();
  }

  #tell(news: StallNews | null): void {
    if (news === null) return;
    const { events, node: subject } = this.#options;
    const seconds = (news.silentMs / 1_000).toFixed(0);
    if (news.kind === 'going-on') {
      const detail = `ingest worker ${news.slot} reports again, after ${seconds} s`;
      events.record({ kind: 'worker', severity: 'info', subject, detail });
      return;
    }
    this.#metrics.stalled(news.slot);
    const detail = `ingest worker ${news.slot} has not reported for ${seconds} s: it is busy or stuck, and what its devices send waits`;
    events.record({ kind: 'worker', severity: 'warning', subject, detail });
  }
}
