/** How long partitions of samples are: a gauge, and an event for each change. */
import type { Clock } from '../../core/time.ts';
import type { StorageEngine } from '../../service/store/storage/storage-engine.ts';
import type { NodeMetrics } from '../metrics.ts';
import type { EventLog } from '../reporting/event-log.ts';

export interface PartitionLengthWatch {
  /** One run of the job. */
  revise(): Promise<void>;
}

export async function watchPartitionLength({
  engine,
  clock,
  node,
  events,
  metrics,
}: {
  readonly engine: StorageEngine;
  readonly clock: Clock;
  readonly node: string;
  readonly events: Pick<EventLog, 'record'>;
  readonly metrics: Pick<NodeMetrics, 'gauge'>;
}): Promise<PartitionLengthWatch> {
  let { lengthMs } = await engine.partitionLength();
  metrics.gauge(
    'nocturne_partition_seconds',
    'Length of new partitions of samples',
    () => lengthMs / 1_000,
  );
  return {
    async revise() {
      const change = await engine.revisePartitionLength(clock.nowMs());
      ({ lengthMs } = await engine.partitionLength());
      if (change === null) return;
      events.record({
        kind: 'storage.partition-length',
        severity: 'info',
        subject: node,
        detail: change.told,
      });
    },
  };
}
