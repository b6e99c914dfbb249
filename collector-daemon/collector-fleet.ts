/** The ingest workers of a collector, and who is told what they say. */
import { sentenceOf } from '../core/errors.ts';
import type { NodeName } from '../core/id.ts';
import { systemTimers } from '../core/time.ts';
import type { DataTroubleKind } from '../core/telemetry/data-trouble.ts';
import { inFlight } from './ingest-worker/accounting.ts';
import { type WorkerCrash, WorkerFleet } from './ingest-worker/worker-fleet.ts';
import type { LossReason } from './ingest-worker/worker-protocol.ts';
import type { NodeMetrics } from './metrics.ts';
import type { NodeClock } from './node-clock.ts';
import type { EventLog } from './reporting/event-log.ts';
import type { SessionBook } from './reporting/session-book.ts';
import type { TroubleBook } from './reporting/trouble-book.ts';
import { maxQueuedRows } from './sink/batch-size.ts';
import type { FeedServer } from './sink/feed-server.ts';
import type { WorkerWatch } from './worker-watch.ts';

export interface CollectorFleetOptions {
  readonly node: NodeName;
  readonly incarnation: number;
  readonly databaseUrl: string;
  readonly clock: NodeClock;
  readonly workers: number;
  readonly rawRetentionMs: number;
  readonly metrics: NodeMetrics;
  readonly events: EventLog;
}

/** Who is told. */
export interface FleetEars {
  readonly feed: FeedServer;
  readonly book: SessionBook;
  readonly troubles: TroubleBook;
  readonly watch: WorkerWatch;
  readonly reported: () => void;
}

const lossKinds: Readonly<Record<LossReason, DataTroubleKind>> = {
  'queue-full': 'queue-full',
  refused: 'refused-batch',
  'collector-stopped': 'left-behind',
};

export function startFleet(
  options: CollectorFleetOptions,
  { feed, book, troubles, watch, reported }: FleetEars,
): WorkerFleet {
  const { node, incarnation, databaseUrl, clock, workers, metrics, events } = options;
  const fleet: WorkerFleet = new WorkerFleet({
    node,
    incarnation,
    databaseUrl,
    workers,
    maxQueuedRows: Math.ceil(maxQueuedRows / workers),
    rawRetentionMs: options.rawRetentionMs,
    clock,
    anchor: () => clock.anchor,
    timers: systemTimers,
    listener: {
      frames: (worker, parts) => feed.publish(worker, parts),
      retired: (worker, topics) => feed.retire(worker, topics),
      happened: ({ event, ...rest }) => events.record({ kind: event, ...rest }),
      troubled: (seen) => troubles.add(seen),
      lost: (rows, reason) => {
        book.lost(rows, reason);
        troubles.lost(rows, lossKinds[reason]);
      },
      crashed: (crash) => {
        watch.died(crash.slot);
        feed.forget(crash.worker);
        book.crashed(crash.last);
        troubles.crashed(crash.last.sessions);
        const detail = lastWords(crash);
        events.record({ kind: 'worker', severity: 'error', subject: node, detail });
      },
      measured: (slot, measures) => watch.measured(slot, measures),
      report: (slot, report) => {
        watch.reported(slot);
        metrics.report(slot, report);
        metrics.sessions(countStates(fleet));
        reported();
      },
    },
  });
  return fleet;
}

function lastWords({ worker, error, restartInMs, last }: WorkerCrash): string {
  const [sessions, lost] = [last.sessions.length, inFlight(last.counters)];
  const wait = restartInMs === 0 ? 'at once' : `in ${restartInMs / 1_000} s`;
  return `ingest worker ${worker} died (${sentenceOf(error)}); its ${sessions} sessions start again ${wait}, up to ${lost} samples were not stored yet and are lost`;
}

/** Sessions by their states. */
export function countStates(fleet: WorkerFleet): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { state } of fleet.sessions()) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
