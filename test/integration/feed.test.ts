import { Dealer, Publisher } from 'zeromq';
import { describe, expect, test } from 'vitest';
import type { DeviceId } from '../../core/id.ts';
import { encodeFeedHeader } from '../../core/telemetry/feed-frame.ts';
import { sampleCodec } from '../../core/telemetry/sample-codec.ts';
import { deviceTopicPrefix, formatTopic, groupOf } from '../../core/telemetry/topic.ts';
import { type Clock, systemClock } from '../../core/time.ts';
import { FeedSubscriber } from '../../service/live/feed-subscriber.ts';
import { leafOne } from '../support/collection.ts';
import { eventually, HeardSamples, LiveFeed, publisherName } from '../support/live-feed.ts';
import { ManualTime } from '../support/manual-time.ts';
import { seriesDefinition } from '../support/sample-batch.ts';

const octets = seriesDefinition(0, leafOne, '/interface[name=Ethernet1/1]/in-octets');
const packets = seriesDefinition(1, leafOne, '/interface[name=Ethernet1/1]/in-pkts');
const errors = seriesDefinition(3, leafOne, '/interface[name=Ethernet1/1]/in-errors');
const other = seriesDefinition(
  2,
  '0198a000-0000-7000-8000-000000000002' as DeviceId,
  '/interface[name=Ethernet1/1]/in-octets',
);

function subscribe(clock: Clock = systemClock) {
  const problems: string[] = [];
  const subscriber = new FeedSubscriber(clock, (sentence) => problems.push(sentence));
  return {
    subscriber,
    problems,
    connect(address: string) {
      subscriber.setPublishers([{ node: 'col-1', address }]);
    },
    /** Connects and waits until whatever was listened to before has arrived at the feed. */
    async join(feed: LiveFeed) {
      this.connect(feed.address);
      await feed.untilHeardBy(subscriber);
    },
    [Symbol.dispose]: () => subscriber[Symbol.dispose](),
  };
}

function listen(subscriber: FeedSubscriber, prefix = deviceTopicPrefix(leafOne)) {
  const heard = new HeardSamples();
  return { heard, leave: subscriber.listen(prefix, heard) };
}

describe('the live feed', () => {
  test('brings samples in their order, and only those of the device that is listened to', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    await subscription.join(feed);
    feed.send(octets, 1, true);
    feed.send(other, 2, true);
    feed.send(octets, 3);
    await eventually(() => heard.rows.length === 2);
    expect(heard.rows).toEqual([`${octets.path}=1`, `${octets.path}=3`]);
    expect(subscription).toMatchObject({ problems: [], subscriber: { lostFrames: 0 } });
  });

  test('two listeners of one device both hear, until they leave', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    const first = listen(subscription.subscriber);
    const second = listen(subscription.subscriber);
    await subscription.join(feed);
    feed.send(octets, 1, true);
    await eventually(() => first.heard.rows.length === 1);
    first.leave();
    feed.send(octets, 2);
    await eventually(() => second.heard.rows.length === 2);
    expect(first.heard.rows).toHaveLength(1);
  });

  test('reports say how a node is doing, and age', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    await subscription.join(feed);
    const [heard] = subscription.subscriber.reports();
    expect(heard).toMatchObject({ report: { node: 'col-1', devices: 1 } });
    expect(heard!.transitMs).toBeGreaterThanOrEqual(0);
  });
});

describe('the end of a series', () => {
  test('is heard in its order, and the series may live again', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    await subscription.join(feed);
    feed.send(octets, 1, true);
    feed.end(octets, 2);
    feed.send(octets, 3);
    await eventually(() => heard.rows.length === 3);
    const { path } = octets;
    expect(heard.rows).toEqual([`${path}=1`, `${path} ends`, `${path}=3`]);
  });

  test('of one that is not known yet waits for the dictionary', async () => {
    await using feed = await LiveFeed.open();
    feed.send(octets, 1, true);
    await eventually(() => feed.publisher.published === 1);
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    subscription.connect(feed.address);
    await eventually(() => {
      feed.send(errors, 0, true);
      return heard.rows.length > 0;
    });
    feed.end(octets, 2);
    await feed.untilHeardBy(subscription.subscriber);
    const told = () => heard.rows.filter((row) => !row.startsWith(errors.path));
    await eventually(() => told().length > 0);
    expect(told()).toEqual([`${octets.path} ends`]);
  });

  test('comes in frames that a program passes over which does not know their codec', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    await subscription.join(feed);
    feed.send(octets, 1, true);
    const topic = formatTopic({ kind: 'samples', deviceId: leafOne, group: groupOf(octets.path) });
    const payload = Uint8Array.of(1, 2, 3);
    feed.publisher.publish(publisherName, { topic, codec: 'columns-1.9', payload, origin: null });
    feed.send(octets, 2);
    await eventually(() => heard.rows.length === 2);
    expect(subscription).toMatchObject({ problems: [], subscriber: { lostFrames: 0 } });
  });
});

describe('coming late', () => {
  test('the dictionary comes by snapshot, and the frames that waited for it are read', async () => {
    await using feed = await LiveFeed.open();
    feed.send(octets, 1, true);
    feed.send(packets, 2, true);
    await eventually(() => feed.publisher.published === 2);
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    subscription.connect(feed.address);
    await eventually(() => {
      feed.send(errors, 0, true);
      return heard.rows.length > 0;
    });
    feed.send(octets, 3);
    feed.send(packets, 4);
    feed.send(errors, 5);
    await eventually(() => heard.rows.includes(`${errors.path}=5`));
    const counted = () => heard.rows.filter((row) => !row.startsWith(errors.path));
    expect(counted()).toEqual([]);
    await feed.untilHeardBy(subscription.subscriber);
    await eventually(() => counted().length === 2);
    expect(counted()).toEqual([`${octets.path}=3`, `${packets.path}=4`]);
    expect(subscription.subscriber.lostFrames).toBe(0);
  });

  test('listening again after a while counts nothing as lost', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    const staying = listen(subscription.subscriber, deviceTopicPrefix(other.deviceId));
    const first = listen(subscription.subscriber);
    await subscription.join(feed);
    feed.send(octets, 0, true);
    await eventually(() => first.heard.rows.length === 1);
    first.leave();
    for (let value = 1; value <= 20; value += 1) feed.send(octets, value);
    feed.send(other, 1, true);
    await eventually(() => staying.heard.rows.length === 1);
    const second = listen(subscription.subscriber);
    await eventually(() => {
      feed.send(octets, 21);
      return second.heard.rows.length > 0;
    });
    expect(subscription.subscriber.lostFrames).toBe(0);
  });
});

describe('holes', () => {
  test('every frame that the publisher dropped is counted and told', async () => {
    await using feed = await LiveFeed.open({ maxQueuedBytes: 2_000 });
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    await subscription.join(feed);
    feed.send(octets, 0, true);
    await eventually(() => heard.rows.length === 1);
    for (let value = 1; value <= 100; value += 1) feed.send(octets, value);
    await eventually(() => heard.rows.at(-1) === `${octets.path}=100`);
    expect(feed.publisher.dropped).toBeGreaterThan(50);
    expect(heard.lostFrames).toBe(feed.publisher.dropped);
    expect(subscription.subscriber.lostFrames).toBe(feed.publisher.dropped);
    expect(heard.rows).toHaveLength(101 - feed.publisher.dropped);
  });

  test('a collector that was restarted counts anew, and its refs mean what it says now', async () => {
    await using subscriptionHolder = new AsyncDisposableStack();
    const before = await LiveFeed.open({ incarnation: 1 });
    const subscription = subscriptionHolder.use(subscribe());
    const { heard } = listen(subscription.subscriber);
    await subscription.join(before);
    before.send(octets, 1, true);
    await eventually(() => heard.rows.length === 1);
    await before[Symbol.asyncDispose]();
    await using after = await LiveFeed.open({ incarnation: 2, address: before.address });
    // A reconnected socket brings its subscriptions one by one, so the first frames may find none.
    await eventually(() => {
      after.send({ ...packets, ref: 0 }, 2, true);
      return heard.rows.length > 1;
    });
    expect(heard.rows.slice(0, 2)).toEqual([`${octets.path}=1`, `${packets.path}=2`]);
    expect(subscription.subscriber.lostFrames).toBe(0);
  });
});

describe('a collector that others do not take as it is', () => {
  test('is heard though its incarnation is lower than the one before', async () => {
    const before = await LiveFeed.open({ incarnation: 1_900_000_000_000 });
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    await subscription.join(before);
    before.send(octets, 1, true);
    await eventually(() => heard.rows.length === 1);
    await before[Symbol.asyncDispose]();
    // Its clock was set back: a program of the release before takes its incarnation from it.
    await using after = await LiveFeed.open({
      incarnation: 1_800_000_000_000,
      address: before.address,
    });
    await eventually(() => {
      after.send({ ...packets, ref: 0 }, 2, true);
      return heard.rows.length > 1;
    });
    expect(heard.rows.slice(0, 2)).toEqual([`${octets.path}=1`, `${packets.path}=2`]);
    expect(subscription.problems).toEqual([]);
  });

  test('and does not say what its samples are of is asked now and then, and told of once', async () => {
    await using feed = await LiveFeed.open();
    const time = new ManualTime();
    using subscription = subscribe(time);
    const { heard } = listen(subscription.subscriber);
    await subscription.join(feed);
    const asked = feed.snapshots.answered;
    const frames = 400;
    for (let value = 1; value <= frames; value += 1) {
      feed.send(octets, value);
      time.advance(100);
      await eventually(() => feed.publisher.published >= value);
      // So that the frame is heard at its time.
      await feed.reported(subscription.subscriber);
    }
    // 1, 2, 4, 8, 16 s later, and so on: not four hundred times.
    expect(feed.snapshots.answered - asked).toBeLessThan(10);
    expect(subscription.problems).toEqual([
      'live samples of col-1 are not shown: it does not say of which series they are, or its snapshots cannot be reached',
    ]);
    // Of forty seconds the last thirty wait still.
    expect(heard.rows).toEqual([]);
    expect(heard.lostFrames).toBeGreaterThan(50);
    expect(subscription.subscriber.lostFrames).toBe(heard.lostFrames);
  });

  test('and has been overtaken is passed over', async () => {
    await using feed = await LiveFeed.open();
    using subscription = subscribe();
    const { heard } = listen(subscription.subscriber);
    await subscription.join(feed);
    const send = (epoch: number, value: number) => {
      feed.origin = { epoch, receivedFromMs: 0, receivedToMs: 0 };
      feed.send(octets, value, true);
    };
    send(3, 1);
    send(4, 2);
    send(3, 3);
    send(4, 4);
    await eventually(() => heard.rows.length === 3);
    expect(heard.rows).toEqual([1, 2, 4].map((value) => `${octets.path}=${value}`));
    expect(subscription).toMatchObject({
      problems: ['col-1 still sends samples of devices that another collector has taken over'],
      subscriber: { lostFrames: 0, overtakenFrames: 1 },
    });
  });
});

describe('what is no frame', () => {
  async function hear(parts: (string | Uint8Array)[]): Promise<string[]> {
    await using stack = new AsyncDisposableStack();
    const socket = new Publisher({ linger: 0 });
    stack.defer(() => socket.close());
    await socket.bind('tcp://127.0.0.1:0');
    const subscription = stack.use(subscribe());
    listen(subscription.subscriber, 's.');
    subscription.connect(socket.lastEndpoint!);
    let sending = Promise.resolve();
    const send = () => (sending = sending.then(() => socket.send(parts)));
    await eventually(() => {
      void send();
      return subscription.problems.length > 0;
    });
    await sending;
    return subscription.problems;
  }

  const header = (rest = {}) =>
    encodeFeedHeader({
      v: 1,
      cluster: 'test',
      publisher: 'col-1/0',
      incarnation: 1,
      sequence: 1,
      codec: sampleCodec,
      sentAtMs: 0,
      ...rest,
    });

  test.each([
    ['a newer version', ['s.x', header({ v: 2 }), 'x'], /speaks version 2, this program 1; update/],
    ['a header that is none', ['s.x', 'hello', 'x'], /no JSON/],
    ['a payload that is none', ['s.x', header(), 'x'], /cannot be read/],
    ['a report that is none', ['c.', header({ codec: 'json' }), 'x'], /a report that is none/],
  ])('%s is refused with one sentence, however often it comes', async (_what, parts, sentence) => {
    const problems = await hear(parts);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
  });

  test('a request for a snapshot that is none gets an empty answer', async () => {
    await using feed = await LiveFeed.open();
    feed.send(octets, 1, true);
    const dealer = new Dealer({ linger: 0 });
    try {
      dealer.connect(`tcp://127.0.0.1:${feed.snapshotPort}`);
      const ask = async (request: string) => {
        await dealer.send(request);
        const [answer] = await dealer.receive();
        return JSON.parse(String(answer)) as unknown;
      };
      expect(await ask('not json')).toEqual({ topics: [] });
      expect(await ask('{"topicPrefix": 5}')).toEqual({ topics: [] });
      expect(await ask('{"topicPrefix": "x."}')).toEqual({ topics: [] });
      expect(await ask('{"topicPrefix": "s."}')).toMatchObject({
        topics: [{ publisher: 'col-1/0', incarnation: 1, sequence: 1, series: [octets] }],
      });
      feed.snapshots.forget('col-1/0');
      expect(await ask('{"topicPrefix": "s."}')).toEqual({ topics: [] });
    } finally {
      dealer.close();
    }
  });
});
