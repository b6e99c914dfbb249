/**
 * What becomes of samples that are not stored: each way is counted, told with the devices whose samples they were, and is
 * an event, at most one a minute of a kind.
 */
import type { NodeName } from '../../core/id.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { type DroppedRows, rowCount, type SampleSlice } from '../../core/telemetry/sample.ts';
import type { Clock } from '../../core/time.ts';
import { droppedRows } from '../sink/dropped-rows.ts';
import { EventPace } from './event-pace.ts';
import type { LossReason, PipelineCounters, WorkerEvent } from './worker-protocol.ts';

export interface LossTellerOptions {
  readonly node: NodeName;
  readonly clock: Clock;
  readonly counters: PipelineCounters;
  readonly definitionOf: (ref: number) => SeriesDefinition;
  readonly happened: (event: WorkerEvent) => void;
  /** Samples that are lost for good. */
  readonly lost: (rows: readonly DroppedRows[], reason: LossReason) => void;
}

export class LossTeller {
  readonly #options: LossTellerOptions;
  readonly #overloads: EventPace;
  readonly #refusals: EventPace;
  readonly #fences: EventPace;

  constructor(options: LossTellerOptions) {
    const { clock } = options;
    this.#options = options;
    this.#overloads = new EventPace(clock);
    this.#refusals = new EventPace(clock);
    this.#fences = new EventPace(clock);
  }

  /** The queue is full: the database takes less than comes. */
  overflowed(slice: SampleSlice): void {
    this.#options.counters.droppedQueueFull += rowCount(slice);
    this.#lost(slice, 'queue-full');
    const samples = this.#overloads.count(rowCount(slice));
    if (samples === null) return;
    const detail = `${samples} samples were dropped: the database takes less than the devices send`;
    this.#happened('overload', 'error', detail);
  }

  /** The database refused the batch as a whole. */
  refused(slice: SampleSlice, sentence: string): void {
    this.#options.counters.droppedRefused += rowCount(slice);
    this.#lost(slice, 'refused');
    const samples = this.#refusals.count(rowCount(slice));
    if (samples !== null)
      this.#happened('store', 'error', `${samples} samples were refused: ${sentence}`);
  }

  /** Another collector has the turn; it collects what this one may not store any more. */
  fenced(rows: number): void {
    if (rows === 0) return;
    this.#options.counters.fenced += rows;
    const samples = this.#fences.count(rows);
    if (samples === null) return;
    const detail = `${samples} samples were not stored: another collector has taken over since they were received`;
    this.#happened('store', 'warning', detail);
  }

  /** Still in the queue when there was no more time for it. */
  leftBehind(slices: readonly SampleSlice[]): void {
    const samples = slices.reduce((sum, slice) => sum + rowCount(slice), 0);
    if (samples === 0) return;
    this.#options.counters.droppedAtStop += samples;
    for (const slice of slices) this.#lost(slice, 'collector-stopped');
    const detail = `${samples} samples still waited for the database when there was no more time, and are lost`;
    this.#happened('store', 'error', detail);
  }

  #lost(slice: SampleSlice, reason: LossReason): void {
    const { lost, definitionOf } = this.#options;
    lost(droppedRows(slice, definitionOf), reason);
  }

  #happened(event: WorkerEvent['event'], severity: WorkerEvent['severity'], detail: string): void {
    this.#options.happened({ event, severity, subject: this.#options.node, detail });
  }
}
