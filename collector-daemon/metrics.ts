/** The metrics of a node in the Prometheus format: base units, `nocturne_` in front, counters end in `_total`. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { sessionStates } from '../core/contract/device.ts';
import { dataTroubleKinds } from '../core/telemetry/data-trouble.ts';
import type { TroubleCount } from './ingest-worker/trouble-ledger.ts';
import type { PipelineCounters, WorkerReport } from './ingest-worker/worker-protocol.ts';

const feedFramesDropped = 'nocturne_feed_frames_dropped_total';

/** Counters of the pipeline: field, metric, labels, help. One metric with a reason rather than one a reason. */
const counterSpecs: readonly {
  readonly field: keyof PipelineCounters;
  readonly metric: string;
  readonly reason?: string;
  readonly help: string;
}[] = [
  {
    field: 'stored',
    metric: 'nocturne_samples_stored_total',
    help: 'Samples committed to the database',
  },
  {
    field: 'unchanged',
    metric: 'nocturne_samples_unchanged_total',
    help: 'States sent again unchanged; not stored again',
  },
  {
    field: 'restated',
    metric: 'nocturne_samples_restated_total',
    help: 'States stored after all, and samples of before a step of the clock was known',
  },
  {
    field: 'repeated',
    metric: 'nocturne_samples_repeated_total',
    reason: 'sample',
    help: 'Repeats not stored again',
  },
  {
    field: 'repeatedRows',
    metric: 'nocturne_samples_repeated_total',
    reason: 'batch',
    help: 'Repeats not stored again',
  },
  {
    field: 'filtered',
    metric: 'nocturne_samples_filtered_total',
    help: 'Leaves outside of the subscribed paths; not stored',
  },
  {
    field: 'fenced',
    metric: 'nocturne_samples_fenced_total',
    help: 'Samples left to the collector that has taken over',
  },
  {
    field: 'quarantined',
    metric: 'nocturne_samples_quarantined_total',
    help: 'Samples put aside with a reason',
  },
  {
    field: 'droppedQueueFull',
    metric: 'nocturne_samples_dropped_total',
    reason: 'queue-full',
    help: 'Samples lost',
  },
  {
    field: 'droppedRefused',
    metric: 'nocturne_samples_dropped_total',
    reason: 'refused',
    help: 'Samples lost',
  },
  {
    field: 'droppedAtStop',
    metric: 'nocturne_samples_dropped_total',
    reason: 'stopped',
    help: 'Samples lost',
  },
  {
    field: 'droppedByCrash',
    metric: 'nocturne_samples_dropped_total',
    reason: 'worker-crash',
    help: 'Samples lost',
  },
  {
    field: 'overLimit',
    metric: 'nocturne_samples_dropped_total',
    reason: 'series-limit',
    help: 'Samples lost',
  },
  {
    field: 'undecodable',
    metric: 'nocturne_samples_dropped_total',
    reason: 'undecodable',
    help: 'Samples lost',
  },
  {
    field: 'deleted',
    metric: 'nocturne_leaves_deleted_total',
    help: 'Leaves that targets deleted or no longer send',
  },
  {
    field: 'deletesWithdrawn',
    metric: 'nocturne_leaf_deletes_withdrawn_total',
    help: 'Leaves thought gone at sync that were only sent late',
  },
  {
    field: 'coalesced',
    metric: 'nocturne_samples_coalesced_total',
    help: 'Values that devices coalesced because we were slow',
  },
  {
    field: 'clockFaults',
    metric: 'nocturne_clock_faults_total',
    help: 'Notifications whose device time was refused or put right',
  },
  {
    field: 'clockSteps',
    metric: 'nocturne_clock_steps_total',
    help: "How often devices' clocks were set",
  },
  {
    field: 'feedFramesDropped',
    metric: feedFramesDropped,
    reason: 'no-credit',
    help: 'Feed frames dropped before publishing',
  },
  { field: 'batchesStored', metric: 'nocturne_batches_stored_total', help: 'Batches committed' },
];

export class NodeMetrics {
  readonly registry = new Registry();
  readonly #counters = new Map<string, Counter<'reason'>>();
  readonly #last = new Map<number, PipelineCounters>();
  readonly #queuedBatches: Gauge<'worker'>;
  readonly #queuedRows: Gauge<'worker'>;
  readonly #series: Gauge<'worker'>;
  readonly #sessions: Gauge<'state'>;
  readonly #lag: Gauge;
  readonly #troubles: Counter<'kind'>;
  #publisherDropped = 0;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    for (const { metric, help } of counterSpecs) {
      if (this.#counters.has(metric)) continue;
      const labelNames = counterSpecs.some(
        (spec) => spec.metric === metric && spec.reason !== undefined,
      )
        ? (['reason'] as const)
        : [];
      this.#counters.set(metric, new Counter({ name: metric, help, labelNames, registers }));
    }
    // A reason that never occurred is a zero, not a missing line.
    for (const { metric, reason } of counterSpecs) {
      if (reason !== undefined) this.#counters.get(metric)!.inc({ reason }, 0);
    }
    this.#counters.get(feedFramesDropped)!.inc({ reason: 'queue-full' }, 0);
    const gauge = <Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[],
    ) => new Gauge({ name, help, labelNames, registers });
    this.#queuedBatches = gauge('nocturne_queue_batches', 'Batches waiting for the database', [
      'worker',
    ]);
    this.#queuedRows = gauge('nocturne_queue_samples', 'Samples waiting for the database', [
      'worker',
    ]);
    this.#series = gauge('nocturne_series', 'Series known to the worker', ['worker']);
    this.#sessions = gauge('nocturne_sessions', 'Telemetry sessions by state', ['state']);
    this.#troubles = new Counter({
      name: 'nocturne_data_troubles_total',
      help: 'Samples or notifications that could not be taken as they were sent',
      labelNames: ['kind'],
      registers,
    });
    for (const kind of dataTroubleKinds) this.#troubles.inc({ kind }, 0);
    this.#lag = gauge('nocturne_sample_lag_seconds', 'Device time to sealing, 95th percentile', []);
  }

  /** Workers report totals; the difference since the last report is counted. */
  report(worker: number, report: WorkerReport): void {
    const before = this.#last.get(worker);
    for (const { field, metric, reason } of counterSpecs) {
      const grown = report.counters[field] - (before?.[field] ?? 0);
      if (grown > 0) this.#counters.get(metric)!.inc(reason === undefined ? {} : { reason }, grown);
    }
    this.#last.set(worker, report.counters);
    const label = { worker: String(worker) };
    this.#queuedBatches.set(label, report.queuedBatches);
    this.#queuedRows.set(label, report.queuedRows);
    this.#series.set(label, report.series);
    if (report.lagMs !== null) this.#lag.set(report.lagMs / 1_000);
  }

  /** @param total of the publisher on the main thread, since the program began */
  feedFramesDropped(total: number): void {
    const grown = total - this.#publisherDropped;
    this.#publisherDropped = total;
    if (grown > 0) this.#counters.get(feedFramesDropped)!.inc({ reason: 'queue-full' }, grown);
  }

  troubled(troubles: readonly TroubleCount[]): void {
    for (const { kind, count } of troubles) this.#troubles.inc({ kind }, count);
  }

  sessions(byState: ReadonlyMap<string, number>): void {
    for (const state of sessionStates) this.#sessions.set({ state }, byState.get(state) ?? 0);
  }

  /** A gauge read when somebody asks, for what the web role knows. */
  gauge(name: string, help: string, read: () => number): void {
    const made: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => made.set(read()),
    });
  }

  /** The same for what only grows; `read` answers the total. */
  counter(name: string, help: string, read: () => number): void {
    const made: Counter = new Counter({
      name,
      help,
      registers: [this.registry],
      collect: () => {
        made.reset();
        made.inc(read());
      },
    });
  }
}
