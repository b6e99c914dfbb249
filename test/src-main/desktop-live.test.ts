import { expect, test } from 'vitest';
import { FeedPublisher } from '../../collector-daemon/sink/feed-publisher.ts';
import type { LiveFrame } from '../../core/contract/query.ts';
import type { DeviceId } from '../../core/id.ts';
import { encodeSamplePayload, sampleCodec } from '../../core/telemetry/sample-codec.ts';
import { formatTopic, groupOf } from '../../core/telemetry/topic.ts';
import { systemClock, systemTimers } from '../../core/time.ts';
import { reportNode } from '../../service/store/node.ts';
import { RepeatedJob } from '../../service/repeat.ts';
import { testDatabase } from '../support/database.ts';
import { sampleBatch, seriesDefinition } from '../support/sample-batch.ts';
import { addDeviceRow, addSeries } from '../support/telemetry-rows.ts';
import { openWindow, testDesktop } from './desktop.ts';

const cpu = '/system/cpus/cpu[index=0]/state/total/instant';
const gauge = { kind: 'gauge', unit: '%' } as const;

/** A collector's feed that says the same thing again and again. */
async function collector(device: DeviceId, value: number) {
  const publisher = new FeedPublisher({
    cluster: 'test',
    incarnation: 1,
    clock: systemClock,
    address: 'tcp://127.0.0.1:0',
  });
  const address = await publisher.bind();
  const topic = formatTopic({ kind: 'samples', deviceId: device, group: groupOf(cpu) });
  const introduces = [seriesDefinition(0, device, cpu, gauge)];
  // Whoever subscribes hears nothing of what was published before.
  const publishing = new RepeatedJob({
    everyMs: 20,
    timers: systemTimers,
    run: async () => {
      const numbers = [{ ref: 0, timeUs: systemClock.nowMs() * 1_000, value }];
      const payload = encodeSamplePayload(sampleBatch({ introduces, numbers }));
      publisher.publish('col-a/0', topic, sampleCodec, payload);
    },
    trouble: () => {},
  });
  return {
    address,
    async [Symbol.asyncDispose]() {
      await publishing[Symbol.asyncDispose]();
      await publisher[Symbol.asyncDispose]();
    },
  };
}

test('a collector’s samples reach every window as they arrive', async () => {
  await using db = await testDatabase();
  const device = await addDeviceRow(db.pool, 'leaf-01');
  const id = await addSeries(db.pool, device, cpu, gauge);
  await using feed = await collector(device, 42.5);
  await reportNode(db.pool, {
    name: 'col-a',
    role: 'collector',
    version: '0.1.0',
    startedAtMs: systemClock.nowMs(),
    feedAddress: feed.address,
    devices: 1,
    samplesPerSecond: 0,
    samplesDropped: 0,
    queuedBatches: 0,
  });
  await using desktop = await testDesktop({ databaseUrl: db.url });
  using left = openWindow(desktop);
  using right = openWindow(desktop);
  const query = { selectors: [{ path: '/system/cpus' }], function: 'value' as const };
  for (const { client } of [left, right]) {
    const frames = await client.query.live(query);
    expect((await frames.next()).value).toMatchObject({
      kind: 'series',
      series: [{ id, device: 'leaf-01', path: cpu }],
    });
    const points = (await frames.next()).value as Extract<LiveFrame, { kind: 'points' }>;
    // Typed arrays would arrive as objects with keys "0", "1" …
    expect([points.series, points.timesMs, points.values].map(Array.isArray)).toEqual([
      true,
      true,
      true,
    ]);
    expect(new Set(points.values)).toEqual(new Set([42.5]));
    await frames.return?.();
  }
  await expect(left.client.system.status()).resolves.toMatchObject({ feeds: { expected: 1 } });
});
