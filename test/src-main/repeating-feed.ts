/** A collector's feed that says the same thing again and again, for whoever comes late: PUB keeps nothing. */
import { FeedPublisher } from '../../collector-daemon/sink/feed-publisher.ts';
import type { DeviceId } from '../../core/id.ts';
import { encodeSamplePayload, sampleCodec } from '../../core/telemetry/sample-codec.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { formatTopic, groupOf } from '../../core/telemetry/topic.ts';
import { systemClock, systemTimers } from '../../core/time.ts';
import { RepeatedJob } from '../../service/repeat.ts';
import { reportNode } from '../../service/store/operating/node.ts';
import type { DatabasePool } from '../../service/store/connection/pool.ts';
import { sampleBatch, seriesDefinition } from '../support/sample-batch.ts';

export interface RepeatedSeries extends Pick<SeriesDefinition, 'kind' | 'unit'> {
  readonly deviceId: DeviceId;
  readonly path: string;
  readonly value: number;
}

/** Published and entered in the table of nodes; one series. */
export async function repeatingFeed(
  pool: DatabasePool,
  { deviceId, path, value, kind, unit }: RepeatedSeries,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const publisher = stack.use(
    new FeedPublisher({
      cluster: 'test',
      incarnation: 1,
      clock: systemClock,
      address: 'tcp://127.0.0.1:0',
    }),
  );
  const feedAddress = await publisher.bind();
  const topic = formatTopic({ kind: 'samples', deviceId, group: groupOf(path) });
  const introduces = [seriesDefinition(0, deviceId, path, { kind, unit })];
  stack.use(
    new RepeatedJob({
      everyMs: 20,
      timers: systemTimers,
      run: async () => {
        const numbers = [{ ref: 0, timeUs: systemClock.nowMs() * 1_000, value }];
        const payload = encodeSamplePayload(sampleBatch({ introduces, numbers }));
        publisher.publish('col-a/0', { topic, codec: sampleCodec, payload, origin: null });
      },
      trouble: () => {},
    }),
  );
  await reportNode(pool, {
    name: 'col-a',
    incarnation: 1,
    role: 'collector',
    version: '0.1.0',
    startedAtMs: systemClock.nowMs(),
    feedAddress,
    devices: 1,
    samplesPerSecond: 0,
    samplesDropped: 0,
    queuedBatches: 0,
  });
  return stack.move();
}
