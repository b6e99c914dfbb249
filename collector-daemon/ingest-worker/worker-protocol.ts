/** What the main thread and an ingest worker say to each other. */
import type { SessionStatus } from '../../core/contract/device.ts';
import type { EndpointId, NodeName } from '../../core/id.ts';
import type { CollectionTarget, SessionOwner } from '../../core/inventory/collection-target.ts';
import type { ClockAnchor } from '../../core/steady-clock.ts';
import type { FrameOrigin } from '../../core/telemetry/feed-frame.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import type { DroppedRows } from '../../core/telemetry/sample.ts';
import type { SessionDetail } from '../../service/store/operating/telemetry-session.ts';
import type { NormaliseCounters } from '../normalise/normalise-counters.ts';
import type { SessionBreak } from '../../core/inventory/session-break.ts';
import type { WorkerMeasures } from './measures.ts';
import type { TroubleCount } from './trouble-ledger.ts';

/** Given at the worker's birth. */
export interface WorkerOptions {
  readonly node: NodeName;
  readonly incarnation: number;
  readonly worker: number;
  readonly databaseUrl: string;
  /** The node's clock; receive times go by it. */
  readonly clock: ClockAnchor;
  /** Rows that may wait for the database before the oldest batch is dropped. */
  readonly maxQueuedRows: number;
  /** Device times older than this are not believed, for samples of then are not kept. */
  readonly rawRetentionMs: number;
}

export type ToWorker =
  | { readonly kind: 'assign'; readonly target: CollectionTarget }
  | { readonly kind: 'unassign'; readonly endpointId: EndpointId }
  /** The node's clock was set. */
  | { readonly kind: 'clock'; readonly anchor: ClockAnchor }
  /** Somebody changed the setting. */
  | { readonly kind: 'raw-retention'; readonly ms: number }
  /** The main thread has published one bundle and has room for another (postMessage itself has no back-pressure). */
  | { readonly kind: 'credit' }
  /** End sessions, store what is queued, report `stopped`. */
  | { readonly kind: 'stop'; readonly drainMs: number };

export interface FeedPart {
  readonly topic: string;
  readonly codec: string;
  /** Null where the frame was dropped for want of credit: only its sequence number and its series are told. */
  readonly payload: Uint8Array | null;
  readonly introduced: readonly SeriesDefinition[];
  readonly origin: FrameOrigin | null;
}

export interface PipelineCounters extends NormaliseCounters {
  stored: number;
  quarantined: number;
  /** Whole batches that the ledger had already. */
  repeatedRows: number;
  /** Of an overtaken turn: the successor's to collect. */
  fenced: number;
  droppedQueueFull: number;
  droppedRefused: number;
  /** Still waiting when there was no more time. */
  droppedAtStop: number;
  /** In flight when a worker died; counted by the main thread. */
  droppedByCrash: number;
  feedFramesDropped: number;
  batchesStored: number;
}

/** Why samples are lost together; also the reason of their gaps. */
export type LossReason = 'queue-full' | 'refused' | 'collector-stopped';

export interface WorkerReport {
  readonly counters: PipelineCounters;
  readonly queuedBatches: number;
  readonly queuedRows: number;
  /** ms since the epoch: receive time of the oldest sample that waits for the database; null where none does. */
  readonly unstoredSinceMs: number | null;
  readonly series: number;
  /** Device time to sealing, 95th percentile of the last ten seconds; null where nothing came. */
  readonly lagMs: number | null;
  readonly sessions: readonly WorkerSession[];
}

export type WorkerSession = SessionStatus &
  SessionOwner & {
    readonly detail?: SessionDetail | undefined;
    /** Of late, oldest first; each is in every report for a while. */
    readonly breaks?: readonly SessionBreak[];
  };

export type WorkerEvent = {
  readonly event: 'session' | 'paths-refused' | 'store' | 'overload';
  readonly severity: 'info' | 'warning' | 'error';
  readonly subject: string;
  readonly detail: string;
};

export type FromWorker =
  | { readonly kind: 'frames'; readonly parts: readonly FeedPart[] }
  /** Refs of series, by topic, that no later frame has rows of. */
  | { readonly kind: 'retired'; readonly topics: ReadonlyMap<string, readonly number[]> }
  | { readonly kind: 'report'; readonly report: WorkerReport }
  /** With each report, of the time since the one before. */
  | { readonly kind: 'measures'; readonly measures: WorkerMeasures }
  /** Before a report, where there were any since the one before. */
  | { readonly kind: 'troubles'; readonly troubles: readonly TroubleCount[] }
  | { readonly kind: 'event'; readonly event: WorkerEvent }
  | { readonly kind: 'lost'; readonly rows: readonly DroppedRows[]; readonly reason: LossReason }
  | { readonly kind: 'stopped' };
