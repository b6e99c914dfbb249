import { expect, test } from 'vitest';
import { Batcher } from '../../collector-daemon/batch/batcher.ts';
import { zeroNormaliseCounters } from '../../collector-daemon/normalise/normalise-counters.ts';
import { Normaliser } from '../../collector-daemon/normalise/normaliser.ts';
import { SeriesRegistry } from '../../collector-daemon/normalise/series-registry.ts';
import { FeedServer } from '../../collector-daemon/sink/feed-server.ts';
import { TopicSplitter } from '../../collector-daemon/sink/topic-splitter.ts';
import type { Epoch } from '../../core/id.ts';
import { parsePath, type Path } from '../../core/telemetry/path.ts';
import type { SampleSlice } from '../../core/telemetry/sample.ts';
import { systemClock } from '../../core/time.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { leafOne } from '../support/collection.ts';
import { ManualTime } from '../support/manual-time.ts';

function process(pid: number): Path {
  const path = parsePath(`/processes/process[pid=${pid}]/state/memory-usage`);
  if (!path.ok) throw new Error(path.problem);
  return path.value;
}

/** All of a worker that knows series, and the feed; slices are stored when they are sealed. */
async function worker() {
  const time = new ManualTime();
  const registry = new SeriesRegistry(time);
  const resolver = new SeriesResolver();
  const splitter = new TopicSplitter();
  const feed = await FeedServer.start({
    cluster: 'test',
    node: 'col-1',
    incarnation: 1,
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    snapshotPort: 0,
  });
  const strangers: number[] = [];
  const store = ({ introduces, retires, numbers, ends }: SampleSlice) => {
    resolver.learn(introduces);
    for (const ref of [...numbers.series, ...ends.series]) {
      if (!resolver.knows(ref)) strangers.push(ref);
    }
    resolver.forget(retires);
    registry.forget(retires);
  };
  const batcher = new Batcher({
    clock: time,
    timers: time,
    takeIntroduced: () => registry.takeIntroduced(),
    takeRetired: () => registry.takeRetired(),
    sealed: (slice) => {
      feed.publish(0, splitter.split(slice));
      feed.retire(0, splitter.retire(slice.retires));
      store(slice);
    },
  });
  const writer = batcher.writerOf(leafOne);
  const normaliser = new Normaliser({
    deviceId: leafOne,
    registry,
    writer,
    counters: zeroNormaliseCounters(),
  });
  let value = 0;
  const tell = (came: readonly number[], went: readonly number[]) => {
    value += 1;
    writer.received(time.nowMs(), 1 as Epoch);
    normaliser.accept({
      kind: 'update',
      timestampNs: BigInt(time.nowMs()) * 1_000_000n,
      receivedAtMs: time.nowMs(),
      atomicUnder: null,
      deletes: went.map(process),
      updates: came.map((pid) => ({
        path: process(pid),
        value: { kind: 'uint', value: BigInt(value) },
        duplicates: 0,
      })),
      undecodable: 0,
    });
  };
  return { time, registry, resolver, feed, normaliser, tell, strangers };
}

test('of keys that come and go for ever, those that live and those of the last minutes are known', async () => {
  const { time, registry, resolver, feed, tell, strangers } = await worker();
  await using _feed = feed;
  const living = [1, 2, 3, 4, 5];
  const seen = 12_000;
  for (let pid = 10; pid < seen; pid += 20) {
    const born = Array.from({ length: 20 }, (_, at) => pid + at);
    tell([...living, ...born], []);
    time.advance(1_000);
    tell(living, born);
    time.advance(1_000);
  }
  // The last minutes pass.
  for (let minute = 0; minute < 12; minute += 1) {
    tell(living, []);
    time.advance(60_000);
  }
  expect(strangers).toEqual([]);
  // Ends that are remembered, so that a late sample is told from a new life.
  expect(registry.size).toBeLessThan(3_100);
  expect(resolver.size).toBe(registry.size);
  expect(feed.seriesKnown).toBe(registry.size);
  // One of long ago comes back, and is introduced anew.
  tell([10, ...living], []);
  time.advance(1_000);
  expect(strangers).toEqual([]);
  expect(feed.seriesKnown).toBe(registry.size);
});

test('with its session all of a device is forgotten', async () => {
  const { time, registry, resolver, feed, normaliser, tell } = await worker();
  await using _feed = feed;
  tell([1, 2, 3], []);
  time.advance(1_000);
  normaliser[Symbol.dispose]();
  time.advance(10 * 60_000);
  const other = registry.refOf({ ...registry.definition(0), path: '/other' });
  registry.hold(other);
  expect(registry.takeRetired()).toEqual([0, 1, 2]);
  registry.forget([0, 1, 2]);
  expect([registry.size, resolver.size]).toEqual([1, 3]);
});
