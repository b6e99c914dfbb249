import { Dealer } from 'zeromq';
import { expect, test } from 'vitest';
import { FeedServer } from '../../../collector-daemon/sink/feed-server.ts';
import { sampleCodec } from '../../../core/telemetry/sample-codec.ts';
import { formatTopic } from '../../../core/telemetry/topic.ts';
import type { SnapshotAnswer } from '../../../core/telemetry/feed-frame.ts';
import { systemClock } from '../../../core/time.ts';
import { leafOne } from '../../support/collection.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

async function snapshotOf(server: FeedServer): Promise<SnapshotAnswer> {
  const dealer = new Dealer({ linger: 0 });
  using closing = new DisposableStack();
  closing.defer(() => dealer.close());
  dealer.connect(`tcp://127.0.0.1:${server.snapshotPort}`);
  await dealer.send(JSON.stringify({ topicPrefix: 's.' }));
  const [answer] = await dealer.receive();
  return JSON.parse(String(answer)) as SnapshotAnswer;
}

test('the series of a worker that died are not in snapshots any more, those of its successor are', async () => {
  await using server = await FeedServer.start({
    cluster: 'test',
    node: 'col-1',
    incarnation: 1,
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
  });
  const topic = formatTopic({ kind: 'samples', deviceId: leafOne, group: 0 });
  const introduced = [seriesDefinition(0, leafOne, '/interfaces/interface[name=a]/state/mtu')];
  const origin = { epoch: 4, receivedFromMs: 1, receivedToMs: 2 };
  const frame = { topic, codec: sampleCodec, payload: null, introduced, origin };
  server.publish(1, [frame, frame]);
  server.publish(11, [frame]);
  server.forget(1);
  const { topics } = await snapshotOf(server);
  expect(topics).toMatchObject([{ topic, publisher: 'col-1/11', sequence: 1, epoch: 4 }]);
  server.publish(1, [frame]);
  expect((await snapshotOf(server)).topics).toContainEqual(
    expect.objectContaining({ publisher: 'col-1/1', sequence: 1 }),
  );
});

test.each(['203.0.113.9', 'nosuch.invalid'])('%s is told apart from a taken port', async (host) => {
  const options = { cluster: 'test', node: 'col-1', incarnation: 1, clock: systemClock };
  await expect(FeedServer.start({ ...options, host, port: 0 })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `NOCTURNE_FEED_HOST "${host}" is not an address of this machine; use 127.0.0.1, 0.0.0.0 or one of its own`,
  });
  await using first = await FeedServer.start({ ...options, host: '127.0.0.1', port: 0 });
  const second = FeedServer.start({ ...options, host: '127.0.0.1', port: first.port });
  await expect(second).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});
