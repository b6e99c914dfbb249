/** One collector's feed on loopback, and a subscriber that keeps what it hears. */
import { vi } from 'vitest';
import {
  FeedPublisher,
  type FeedPublisherOptions,
} from '../../collector-daemon/sink/feed-publisher.ts';
import { SnapshotServer } from '../../collector-daemon/sink/snapshot-server.ts';
import type { FrameOrigin, NodeReport } from '../../core/telemetry/feed-frame.ts';
import { codecOf, encodeSamplePayload } from '../../core/telemetry/sample-codec.ts';
import type { SampleBatch } from '../../core/telemetry/sample.ts';
import type { SeriesDefinition } from '../../core/telemetry/series.ts';
import { formatTopic, groupOf } from '../../core/telemetry/topic.ts';
import { systemClock } from '../../core/time.ts';
import type { FeedSubscriber, SampleListener } from '../../service/live/feed-subscriber.ts';
import { sampleBatch } from './sample-batch.ts';

export const publisherName = 'col-1/0';

export class LiveFeed implements AsyncDisposable {
  readonly publisher: FeedPublisher;
  readonly snapshots: SnapshotServer;
  readonly incarnation: number;
  address = '';
  #reports = 1_000;
  /** Of the frames to come; as of a collector that knows nothing of epochs. */
  origin: FrameOrigin | null = null;
  snapshotPort = 0;

  private constructor(options: Partial<FeedPublisherOptions>) {
    const { incarnation = 1, address = 'tcp://127.0.0.1:0' } = options;
    this.incarnation = incarnation;
    const clock = systemClock;
    this.publisher = new FeedPublisher({
      cluster: 'test',
      clock,
      ...options,
      incarnation,
      address,
    });
    this.snapshots = new SnapshotServer({
      address: 'tcp://127.0.0.1:0',
      incarnation,
      stateOf: (publisher, topic) => this.publisher.stateOf(publisher, topic),
    });
  }

  static async open(options: Partial<FeedPublisherOptions> = {}): Promise<LiveFeed> {
    const feed = new LiveFeed(options);
    // ZeroMQ lets an address go a moment after its socket was closed.
    feed.address = await vi.waitFor(() => feed.publisher.bind(), { timeout: 10_000, interval: 5 });
    const snapshotAddress = await feed.snapshots.bind();
    feed.snapshotPort = Number(/\d+$/.exec(snapshotAddress)![0]);
    return feed;
  }

  /** One row of a series; `introduced` as a collector does: to the snapshots first, then in the frame. */
  send(definition: SeriesDefinition, value: number, introduced = false): void {
    const { ref } = definition;
    const introduces = introduced ? [definition] : [];
    if (introduced) this.snapshots.introduce(publisherName, topicOf(definition), introduces);
    const batch = sampleBatch({ introduces, numbers: [{ ref, timeUs: value, value }] });
    this.#publish(definition, batch);
  }

  /** The end of a series. */
  end(definition: SeriesDefinition, timeUs: number): void {
    this.#publish(definition, sampleBatch({ ends: [{ ref: definition.ref, timeUs }] }));
  }

  #publish(definition: SeriesDefinition, batch: SampleBatch): void {
    this.publisher.publish(publisherName, {
      topic: topicOf(definition),
      codec: codecOf(batch),
      payload: encodeSamplePayload(batch),
      origin: this.origin,
    });
  }

  report(rest: Partial<NodeReport> = {}): void {
    const report: NodeReport = {
      node: 'col-1',
      incarnation: this.incarnation,
      snapshotPort: this.snapshotPort,
      devices: 1,
      streaming: 1,
      samplesPerSecond: 0,
      lagMs: null,
      queuedBatches: 0,
      samplesDropped: 0,
      ...rest,
    };
    const payload = new TextEncoder().encode(JSON.stringify(report));
    this.publisher.publish('col-1', { topic: 'c.', codec: 'json', payload, origin: null });
  }

  /** Reports until the subscriber has heard one; what it listened to before it connected has then arrived here too. */
  async untilHeardBy(subscriber: FeedSubscriber): Promise<void> {
    await eventually(() => {
      this.report();
      return subscriber.reports().some(({ report }) => report.incarnation === this.incarnation);
    });
  }

  /** Reports once, and waits until the subscriber has heard it, and all that was sent before. */
  async reported(subscriber: FeedSubscriber): Promise<void> {
    this.#reports += 1;
    const devices = this.#reports;
    this.report({ devices });
    await eventually(() => subscriber.reports().some(({ report }) => report.devices === devices));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.snapshots[Symbol.asyncDispose]();
    await this.publisher[Symbol.asyncDispose]();
  }
}

function topicOf({ deviceId, path }: SeriesDefinition): string {
  return formatTopic({ kind: 'samples', deviceId, group: groupOf(path) });
}

/** Keeps `path=value` of every row, `path ends` of every end, and how many frames were lost. */
export class HeardSamples implements SampleListener {
  readonly rows: string[] = [];
  lostFrames = 0;

  samples(...[{ numbers, ends }, seriesOf]: Parameters<SampleListener['samples']>): void {
    numbers.series.forEach((ref, row) => {
      this.rows.push(`${seriesOf(ref)?.path}=${numbers.value[row]}`);
    });
    for (const ref of ends.series) this.rows.push(`${seriesOf(ref)?.path} ends`);
  }

  lost(frames: number): void {
    this.lostFrames += frames;
  }
}

/** Looks again and again, for PUB and SUB say nothing of when they are joined; fails after ten seconds. */
export async function eventually(holds: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      if (!holds()) throw new Error('it never came true');
    },
    { timeout: 10_000, interval: 5 },
  );
}
