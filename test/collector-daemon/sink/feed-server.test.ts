import { Dealer } from 'zeromq';
import { expect, test } from 'vitest';
import { FeedServer } from '../../../collector-daemon/sink/feed-server.ts';
import { FeedConnection } from '../../../service/live/feed-connection.ts';
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
    snapshotPort: 0,
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

const named = { cluster: 'test', node: 'col-1', incarnation: 1, clock: systemClock };

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::1', '[::1]'],
  ['::', '[::1]'],
  ['::', '127.0.0.1'],
])('a feed on %s is heard, and asked for snapshots, at %s', async (host, dialled) => {
  await using server = await FeedServer.start({ ...named, host, port: 0, snapshotPort: 0 });
  const heard = Promise.withResolvers<string>();
  const answered = Promise.withResolvers<SnapshotAnswer>();
  using connection = new FeedConnection(`tcp://${dialled}:${server.port}`, {
    frame: (topic) => heard.resolve(topic),
    snapshot: (answer) => answered.resolve(answer),
  });
  connection.subscribe('c.');
  connection.snapshotsAt(server.snapshotPort);
  connection.requestSnapshot('s.');
  expect(await answered.promise).toEqual({ topics: [] });
  const facts = { devices: 0, streaming: 0, samplesPerSecond: 0, lagMs: null };
  const saying = setInterval(
    () => server.report({ ...facts, queuedBatches: 0, samplesDropped: 0 }),
    20,
  );
  expect(await heard.promise).toBe('c.');
  clearInterval(saying);
});

test('snapshots are answered where they were set to be, or the start says why not', async () => {
  const options = { ...named, host: '127.0.0.1', port: 0 };
  await using first = await FeedServer.start({ ...options, snapshotPort: 0 });
  const { snapshotPort } = first;
  await expect(FeedServer.start({ ...options, snapshotPort })).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `the snapshots of the live feed cannot be served on 127.0.0.1:${snapshotPort}, another program is there; stop it or set NOCTURNE_SNAPSHOT_PORT to a free port`,
  });
  await first[Symbol.asyncDispose]();
  await using again = await FeedServer.start({ ...options, snapshotPort });
  expect(again.snapshotPort).toBe(snapshotPort);
});

test.each(['203.0.113.9', '2001:db8::9', 'nosuch.invalid'])(
  '%s is told apart from a taken port',
  async (host) => {
    const options = { ...named, snapshotPort: 0 };
    await expect(FeedServer.start({ ...options, host, port: 0 })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `NOCTURNE_FEED_HOST "${host}" is not an address of this machine; use 127.0.0.1, ::1, 0.0.0.0, :: or one of its own`,
    });
    await using first = await FeedServer.start({ ...options, host: '127.0.0.1', port: 0 });
    const second = FeedServer.start({ ...options, host: '127.0.0.1', port: first.port });
    await expect(second).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  },
);
