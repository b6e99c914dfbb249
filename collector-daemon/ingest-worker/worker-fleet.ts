/** All ingest workers of a node and the sums of what they report, those that died included. */
import type { ClockAnchor } from '../../core/steady-clock.ts';
import type { Clock, Timers } from '../../core/time.ts';
import { inFlight, zeroCounters } from './accounting.ts';
import type { WorkerMeasures } from './measures.ts';
import { ReceivedRate } from './received-rate.ts';
import { type OpenThread, WorkerHost, type WorkerListener } from './worker-host.ts';
import type { PipelineCounters, WorkerOptions, WorkerReport } from './worker-protocol.ts';
import { WorkerSlot } from './worker-slot.ts';

export interface FleetOptions extends Omit<WorkerOptions, 'worker' | 'clock'> {
  readonly workers: number;
  readonly clock: Clock;
  /** The node's clock, as a thread that starts now is to set its own. */
  readonly anchor: () => ClockAnchor;
  readonly timers: Timers;
  readonly listener: FleetListener;
  /** Default: a thread that collects and stores. */
  readonly openThread?: OpenThread;
}

export interface FleetListener extends Omit<WorkerListener, 'report' | 'measured' | 'crashed'> {
  /** @param slot the worker's place, which a successor takes over; counters of a slot never go back */
  report(slot: number, report: WorkerReport): void;
  measured(slot: number, measures: WorkerMeasures): void;
  crashed(crash: WorkerCrash): void;
}

export interface WorkerCrash {
  /** The worker's place. */
  readonly slot: number;
  /** What the dead thread was known by in batches and feed frames. */
  readonly worker: number;
  readonly error: Error;
  readonly restartInMs: number;
  /** Its last report, at most a second old: what was in flight then counts as lost. */
  readonly last: WorkerReport;
}

export class WorkerFleet implements AsyncDisposable {
  readonly slots: readonly WorkerSlot[];
  readonly #options: FleetOptions;
  /** By slot; counters include those of the slot's dead. */
  readonly #reports = new Map<number, WorkerReport>();
  readonly #buried = new Map<number, PipelineCounters>();
  readonly #rate = new ReceivedRate();
  #started = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.slots = Array.from({ length: options.workers }, (_, slot) => this.#slot(slot));
  }

  /** Raw samples are kept so long from now on. */
  keepRaw(ms: number): void {
    for (const slot of this.slots) slot.keepRaw(ms);
  }

  /** The node's clock was set. */
  setClock(anchor: ClockAnchor): void {
    for (const slot of this.slots) slot.setClock(anchor);
  }

  /** Sessions of all workers as last reported. */
  sessions(): WorkerReport['sessions'] {
    return [...this.#reports.values()].flatMap(({ sessions }) => sessions);
  }

  samplesPerSecond(): number {
    return this.#rate.perSecond();
  }

  /** The slowest worker's 95th percentile; null where nothing came in the last ten seconds. */
  lagMs(): number | null {
    const lags = [...this.#reports.values()].flatMap(({ lagMs }) =>
      lagMs === null ? [] : [lagMs],
    );
    return lags.length === 0 ? null : Math.max(...lags);
  }

  queuedBatches(): number {
    return this.#sum(({ queuedBatches }) => queuedBatches);
  }

  total(field: keyof PipelineCounters): number {
    return this.#sum(({ counters }) => counters[field]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot[Symbol.asyncDispose]()));
  }

  #slot(slot: number): WorkerSlot {
    const { clock, timers } = this.#options;
    return new WorkerSlot({
      clock,
      timers,
      start: (crashed) => this.#start(slot, crashed),
      died: (worker, error, restartInMs) => {
        const last = this.#bury(slot);
        this.#options.listener.crashed({ slot, worker, error, restartInMs, last });
      },
    });
  }

  #start(slot: number, crashed: (error: Error) => void): WorkerHost {
    const { listener, node, incarnation, databaseUrl, maxQueuedRows, rawRetentionMs } =
      this.#options;
    const clock = this.#options.anchor();
    const worker = this.#started;
    this.#started += 1;
    return new WorkerHost(
      { node, incarnation, worker, databaseUrl, clock, maxQueuedRows, rawRetentionMs },
      {
        frames: (from, parts) => listener.frames(from, parts),
        retired: (from, topics) => listener.retired(from, topics),
        happened: (event) => listener.happened(event),
        troubled: (troubles) => listener.troubled(troubles),
        measured: (_, measures) => listener.measured(slot, measures),
        lost: (rows, reason) => listener.lost(rows, reason),
        crashed: (_, error) => crashed(error),
        report: (_, report) => {
          this.slots[slot]?.remember(report.sessions);
          this.#report(slot, report);
        },
      },
      this.#options.openThread,
    );
  }

  #report(slot: number, report: WorkerReport): void {
    const buried = this.#buried.get(slot);
    const whole =
      buried === undefined ? report : { ...report, counters: sum(buried, report.counters) };
    this.#reports.set(slot, whole);
    this.#rate.add(this.total('received'), this.#options.clock.nowMs());
    this.#options.listener.report(slot, whole);
  }

  /** Answers the last report; from now on the slot stands there without sessions, and what was in flight is lost. */
  #bury(slot: number): WorkerReport {
    const last = this.#reports.get(slot) ?? silentReport;
    const { counters } = last;
    const lost = counters.droppedByCrash + inFlight(counters);
    this.#buried.set(slot, { ...counters, droppedByCrash: lost });
    this.#report(slot, { ...silentReport, counters: zeroCounters() });
    return last;
  }

  #sum(pick: (report: WorkerReport) => number): number {
    return [...this.#reports.values()].reduce((sum, report) => sum + pick(report), 0);
  }
}

const silentReport: WorkerReport = {
  counters: zeroCounters(),
  queuedBatches: 0,
  queuedRows: 0,
  unstoredSinceMs: null,
  series: 0,
  lagMs: null,
  sessions: [],
};

function sum(one: PipelineCounters, other: PipelineCounters): PipelineCounters {
  const total = { ...one };
  for (const field of Object.keys(total) as (keyof PipelineCounters)[]) {
    total[field] += other[field];
  }
  return total;
}
