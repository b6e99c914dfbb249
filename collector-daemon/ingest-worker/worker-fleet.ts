/** All ingest workers of a node and the sums of what they report. */
import type { Clock } from '../../core/time.ts';
import { WorkerHost, type WorkerListener } from './worker-host.ts';
import type { PipelineCounters, WorkerOptions, WorkerReport } from './worker-protocol.ts';

export interface FleetOptions extends Omit<WorkerOptions, 'worker'> {
  readonly workers: number;
  readonly clock: Clock;
  readonly listener: Omit<WorkerListener, 'report'> & {
    report(worker: number, report: WorkerReport): void;
  };
}

interface Rate {
  readonly atMs: number;
  readonly received: number;
}

/** Long enough that devices which all send every five or ten seconds make a steady figure. */
const rateWindowMs = 30_000;

export class WorkerFleet implements AsyncDisposable {
  readonly hosts: readonly WorkerHost[];
  readonly #clock: Clock;
  readonly #reports = new Map<number, WorkerReport>();
  #rates: Rate[] = [];

  constructor(options: FleetOptions) {
    const { workers, clock, listener, ...shared } = options;
    this.#clock = clock;
    const wrapped: WorkerListener = {
      ...listener,
      frames: (worker, parts) => listener.frames(worker, parts),
      happened: (event) => listener.happened(event),
      lost: (rows, reason) => listener.lost(rows, reason),
      crashed: (worker, error) => listener.crashed(worker, error),
      report: (worker, report) => {
        this.#reports.set(worker, report);
        this.#sampleRate();
        listener.report(worker, report);
      },
    };
    this.hosts = Array.from(
      { length: workers },
      (_, worker) => new WorkerHost({ ...shared, worker }, wrapped),
    );
  }

  /** Raw samples are kept so long from now on. */
  keepRaw(ms: number): void {
    for (const host of this.hosts) host.keepRaw(ms);
  }

  /** Sessions of all workers as last reported. */
  sessions(): WorkerReport['sessions'] {
    return [...this.#reports.values()].flatMap(({ sessions }) => sessions);
  }

  samplesPerSecond(): number {
    const [oldest, newest] = [this.#rates[0], this.#rates.at(-1)];
    if (oldest === undefined || newest === undefined || newest.atMs <= oldest.atMs) return 0;
    return ((newest.received - oldest.received) / (newest.atMs - oldest.atMs)) * 1_000;
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
    await Promise.all(this.hosts.map((host) => host[Symbol.asyncDispose]()));
  }

  #sum(pick: (report: WorkerReport) => number): number {
    return [...this.#reports.values()].reduce((sum, report) => sum + pick(report), 0);
  }

  #sampleRate(): void {
    const atMs = this.#clock.nowMs();
    this.#rates.push({ atMs, received: this.total('received') });
    // Rates of the future are those from before the clock was set back.
    this.#rates = this.#rates.filter(
      (rate) => rate.atMs <= atMs && atMs - rate.atMs <= rateWindowMs,
    );
  }
}
