import { describe, expect, test } from 'vitest';
import { inFlight } from '../../collector-daemon/ingest-worker/accounting.ts';
import type { Epoch } from '../../core/id.ts';
import { quality, rowCount, type SampleBatch } from '../../core/telemetry/sample.ts';
import { writeBatch } from '../../service/store/writing/batch-writer.ts';
import { SeriesResolver } from '../../service/store/writing/series-resolver.ts';
import { expectedCounter, LoadModel, type LoadOptions } from '../../simulator/load-model.ts';
import { ManualTimer } from '../../simulator/manual-timer.ts';
import { startSimulator } from '../../simulator/simulator-service.ts';
import { startTarget } from '../../simulator/target/target.ts';
import {
  collectionTarget,
  endpoint,
  leafOne,
  leafOneGnmi,
  onChange,
  sampled,
} from '../support/collection.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/live-feed.ts';
import { dayMs, pipelineInto, startMs } from '../support/pipeline-into.ts';
import { ScriptedTarget } from '../support/scripted-target.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

interface StoredRow {
  readonly path: string;
  readonly second: number;
  readonly value: number;
  readonly delta: number | null;
  readonly spanMs: number | null;
  readonly quality: number | null;
}

async function storedNumbers(db: TestDatabase): Promise<StoredRow[]> {
  const { rows } = await db.pool.query<StoredRow & { time: number }>(
    `select path, time, value, delta, span_ms as "spanMs", quality
     from sample join series on series.id = series_id order by time, series_id`,
  );
  return rows.map(({ time, ...row }) => ({ ...row, second: (time - startMs) / 1_000 }));
}

async function countOf(db: TestDatabase, table: string): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>(`select count(*) from ${table}`);
  return rows[0]!.count;
}

describe('from a device to the database', () => {
  test('what was received is stored with its receive time, and under the epoch of then', async () => {
    await using db = await testDatabase();
    const timer = new ManualTimer(startMs);
    const load = { interfaces: 1, countersPerInterface: 1, intervalMs: 1_000, start: 1n, step: 1n };
    const model = new LoadModel({ ...load, originMs: startMs });
    await using target = await startTarget({ model, timer, port: 0 });
    const batches: SampleBatch[] = [];
    const { pipeline, time, state, drain } = pipelineInto(db, {
      write: (batch) => {
        batches.push(batch);
        const rows = rowCount(batch);
        return Promise.resolve({
          outcome: 'stored',
          rows,
          quarantined: 0,
          newSeries: 0,
          fenced: 0,
        });
      },
    });
    const counters = [sampled('/interfaces/interface[name=*]/state/counters', 1_000)];
    const collected = collectionTarget(endpoint(target.port), counters);
    pipeline.assign(collected);
    await eventually(() => state() === 'streaming');
    time.advance(40);
    pipeline.assign({ ...collected, epoch: 2 as Epoch });
    timer.advance(1_000);
    await eventually(() => pipeline.counters.received === 2);
    time.advance(7_000);
    expect(pipeline.sessions.statuses()).toMatchObject([{ connects: 1 }]);
    await drain();
    const received = (epoch: number, ms: number) => ({
      deviceId: leafOne,
      epoch,
      fromMs: startMs + ms,
      toMs: startMs + ms,
    });
    expect(batches.flatMap((batch) => batch.received)).toEqual([received(1, 0), received(2, 40)]);
    expect(batches.flatMap(({ numbers }) => [...numbers.receivedMs])).toEqual([
      startMs,
      startMs + 40,
    ]);
  });

  test('a device is believed its time as far back as raw samples are kept, as that changes', async () => {
    await using db = await testDatabase();
    const timer = new ManualTimer(startMs - 40 * dayMs);
    const load = { interfaces: 1, countersPerInterface: 1, intervalMs: 1_000, start: 1n, step: 1n };
    const model = new LoadModel({ ...load, originMs: startMs - 40 * dayMs });
    await using target = await startTarget({ model, timer, port: 0 });
    const { pipeline, collect, state, drain } = pipelineInto(db, { rawRetentionMs: 60 * dayMs });
    collect(target.port, [sampled('/interfaces/interface[name=*]/state/counters', 1_000)]);
    await eventually(() => state() === 'streaming');
    timer.advance(1_000);
    await eventually(() => pipeline.counters.received === 2);
    expect(pipeline.counters.clockFaults).toBe(0);
    pipeline.keepRaw(30 * dayMs);
    timer.advance(1_000);
    await eventually(() => pipeline.counters.received === 3);
    await drain();
    expect(pipeline.counters.clockFaults).toBe(1);
    const days = (await storedNumbers(db)).map(({ second }) => Math.round(second / 86_400));
    expect(days).toEqual([-40, -40, 0]);
  });

  test.each([
    ['small counters', { start: 5n, step: 1_000n }],
    ['counters beyond 2^53', { start: 2n ** 53n - 1n, step: 1n }],
    ['counters that wrap at 2^64', { start: 2n ** 64n - 8n, step: 3n }],
  ])('%s: every row is what the device sent, and every delta is exact', async (_what, counting) => {
    await using db = await testDatabase();
    const load: LoadOptions = {
      interfaces: 3,
      countersPerInterface: 2,
      intervalMs: 1_000,
      originMs: startMs,
      ...counting,
    };
    const timer = new ManualTimer(startMs);
    await using target = await startTarget({ model: new LoadModel(load), timer, port: 0 });
    const { pipeline, collect, state, drain } = pipelineInto(db);
    collect(target.port, [sampled('/interfaces/interface[name=*]/state/counters', 1_000)]);
    await eventually(() => state() === 'streaming');
    for (let round = 1; round <= 4; round += 1) {
      timer.advance(1_000);
      await eventually(() => pipeline.counters.received === 6 * (round + 1));
    }
    await drain();
    expect(pipeline.counters).toMatchObject({ received: 30, stored: 30, clockFaults: 0 });
    const rows = await storedNumbers(db);
    expect(rows).toHaveLength(30);
    const paths = rows.slice(0, 6).map(({ path }) => path);
    for (const row of rows) {
      const before = expectedCounter(load, paths.indexOf(row.path), row.second - 1);
      const now = expectedCounter(load, paths.indexOf(row.path), row.second);
      const wrapped = now < before;
      expect(row).toEqual({
        path: row.path,
        second: row.second,
        value: Number(now),
        delta: row.second === 0 ? null : Number(counting.step),
        spanMs: row.second === 0 ? null : 1_000,
        quality: row.second > 0 && wrapped ? quality.wrap : null,
      });
    }
  });

  test('the accounting of a whole switch closes, over a reconnect too', async () => {
    await using db = await testDatabase();
    const timer = new ManualTimer(startMs);
    await using simulator = await startSimulator({ count: 2, spines: 1, timer });
    const leaf = simulator.targets.find(({ role }) => role === 'leaf')!;
    const { pipeline, time, collect, state, drain } = pipelineInto(db);
    collect(leaf.port, [
      sampled('/interfaces/interface[name=*]/state/counters', 1_000),
      onChange('/interfaces/interface[name=*]/state/oper-status'),
      onChange('/lldp'),
      { ...sampled('/components', 2_000), mode: 'target-defined' },
    ]);
    await eventually(() => state() === 'streaming');
    const { counters } = pipeline;
    const heardMore = async () => {
      const { received } = counters;
      timer.advance(1_000);
      await eventually(() => counters.received > received);
    };
    await heardMore();
    simulator.inject({ kind: 'link-flap', device: leaf.name, port: 'Ethernet1/13', downMs: 2_000 });
    await heardMore();
    simulator.inject({ kind: 'disconnect', device: leaf.name, durationMs: 500 });
    await eventually(() => state() === 'backing-off');
    timer.advance(500);
    await eventually(() => {
      if (state() === 'backing-off') time.advance(10_000);
      return state() === 'streaming';
    });
    await heardMore();
    await drain();
    const { received, stored, unchanged, repeated, overLimit, undecodable, quarantined } = counters;
    expect(stored + unchanged + repeated + overLimit + undecodable + quarantined).toBe(received);
    expect(unchanged).toBeGreaterThan(0);
    expect(counters).toMatchObject({ quarantined: 0, undecodable: 0, droppedQueueFull: 0 });
    expect((await countOf(db, 'sample')) + (await countOf(db, 'sample_text'))).toBe(stored);
    const gauge = (await storedNumbers(db)).filter(
      ({ delta, second }) => second > 0 && delta !== null,
    );
    expect(gauge.every(({ delta, spanMs }) => delta! >= 0 && spanMs! >= 1_000)).toBe(true);
  });

  test('what nobody asked for is counted and not stored', async () => {
    await using db = await testDatabase();
    await using target = await ScriptedTarget.start();
    const { pipeline, collect, drain } = pipelineInto(db);
    collect(target.port, [onChange('/interfaces/interface[name=e1]/state/counters/in-octets')]);
    const stream = await target.stream();
    const one = typed({ $case: 'uintVal', value: 1n });
    const port = ['interface', { name: 'GigabitEthernet1' }] as const;
    const leaf = (...path: string[]) => wireUpdate(wirePath(['interfaces', port, ...path]), one);
    stream.notify({
      update: [
        leaf('state', 'counters', 'in-octets'),
        leaf('state', 'counters', 'out-octets'),
        leaf('state', 'mtu'),
        wireUpdate(wirePath(['system', 'state', 'hostname']), one),
      ],
    });
    stream.notify({ update: [leaf('state', 'counters', 'out-octets')] });
    await eventually(() => pipeline.counters.received === 5);
    await drain();
    expect(pipeline.counters).toMatchObject({ stored: 1, filtered: 4 });
    expect(inFlight(pipeline.counters)).toBe(0);
    expect((await storedNumbers(db)).map(({ path }) => path)).toEqual([
      '/interfaces/interface[name=GigabitEthernet1]/state/counters/in-octets',
    ]);
  });

  test('a path that is answered under another is stored as it comes, and told', async () => {
    await using db = await testDatabase();
    await using target = await ScriptedTarget.start();
    const { pipeline, time, collect, drain } = pipelineInto(db);
    collect(target.port, [sampled('/junos/system/linecard/optics', 1_000)]);
    const stream = await target.stream();
    const power = (value: bigint) => {
      const port = ['interface', { name: 'et-0/0/0' }] as const;
      const path = wirePath(['interfaces', port, 'optics', 'laser-output-power']);
      return wireUpdate(path, typed({ $case: 'uintVal', value }));
    };
    stream.notify({ update: [power(1n)] });
    stream.sync();
    await eventually(() => pipeline.sessions.statuses()[0]!.state === 'streaming');
    expect(pipeline.counters).toMatchObject({ received: 1, filtered: 1 });
    time.advance(14_000);
    stream.notify({ update: [power(2n)] });
    await eventually(() => pipeline.counters.received === 2);
    time.advance(16_000);
    stream.notify({ update: [power(3n)] });
    await eventually(() => pipeline.counters.received === 3);
    expect(pipeline.troubles.take()).toMatchObject([
      { kind: 'filtered', count: 2 },
      {
        kind: 'answered-elsewhere',
        count: 1,
        examples: [
          {
            path: '/junos/system/linecard/optics',
            value: 'answered under /interfaces/interface[name=et-0/0/0]/optics/laser-output-power',
          },
        ],
      },
    ]);
    await drain();
    expect(pipeline.counters).toMatchObject({ stored: 1, filtered: 2 });
    expect((await storedNumbers(db)).map(({ value }) => value)).toEqual([3]);
  });

  test('while the database is away, the device is held back and nothing is lost', async () => {
    await using db = await testDatabase();
    const load = { interfaces: 1, countersPerInterface: 4, intervalMs: 1_000, originMs: startMs };
    const timer = new ManualTimer(startMs);
    await using target = await startTarget({ model: new LoadModel(load), timer, port: 0 });
    let away = true;
    const resolver = new SeriesResolver();
    const { pipeline, time, happened, collect, state, drain } = pipelineInto(db, {
      maxQueuedRows: 16,
      write: async (batch) => {
        if (away) throw Object.assign(new Error('the disk is full'), { code: '53100' });
        using client = await db.connect();
        return await writeBatch(client, batch, resolver);
      },
    });
    collect(target.port, [sampled('/interfaces', 1_000)]);
    await eventually(() => state() === 'streaming');
    for (let round = 1; round <= 3; round += 1) {
      timer.advance(1_000);
      await eventually(() => pipeline.counters.received === 4 * (round + 1));
      time.advance(250);
      await eventually(() => happened.some((event) => event.endsWith('wait: the disk is full')));
    }
    expect(pipeline.queue.rows).toBe(8);
    const { received } = pipeline.counters;
    timer.advance(1_000);
    timer.advance(1_000);
    away = false;
    await eventually(() => {
      time.advance(5_000);
      return pipeline.counters.received > received && pipeline.queue.rows === 0;
    });
    await drain();
    const { counters } = pipeline;
    expect(counters).toMatchObject({
      droppedQueueFull: 0,
      droppedRefused: 0,
      stored: counters.received,
    });
    expect(happened).toContain('store: storing goes on');
    expect(await countOf(db, 'sample')).toBe(counters.stored);
  });

  test('what still waits when there is no more time is told, and every sample is accounted for', async () => {
    await using db = await testDatabase();
    const load = { interfaces: 1, countersPerInterface: 4, intervalMs: 1_000, originMs: startMs };
    const timer = new ManualTimer(startMs);
    await using target = await startTarget({ model: new LoadModel(load), timer, port: 0 });
    const lost: [reason: string, samples: number][] = [];
    const { pipeline, time, happened, collect, state } = pipelineInto(db, {
      write: () => Promise.reject(Object.assign(new Error('full'), { code: '53100' })),
      lost: (rows, reason) => lost.push([reason, ...rows.map((row) => row.lost)] as never),
    });
    collect(target.port, [sampled('/interfaces', 1_000)]);
    await eventually(() => state() === 'streaming');
    time.advance(250);
    await eventually(() => happened.some((event) => event.includes('samples wait')));
    timer.advance(1_000);
    await eventually(() => pipeline.counters.received === 8);
    await pipeline.drain(AbortSignal.abort());
    expect(lost).toEqual([
      ['refused', 4],
      ['collector-stopped', 4],
    ]);
    expect(happened).toContain(
      'store: 4 samples still waited for the database when there was no more time, and are lost',
    );
    expect(pipeline.counters).toMatchObject({ droppedRefused: 4, droppedAtStop: 4, stored: 0 });
    expect(inFlight(pipeline.counters)).toBe(0);
  });

  test('a device that is taken away is left alone, and what it sent is stored', async () => {
    await using db = await testDatabase();
    const load = { interfaces: 1, countersPerInterface: 1, intervalMs: 1_000, originMs: startMs };
    const timer = new ManualTimer(startMs);
    await using target = await startTarget({ model: new LoadModel(load), timer, port: 0 });
    const { pipeline, collect, state, drain } = pipelineInto(db);
    collect(target.port, [sampled('/interfaces', 1_000)]);
    await eventually(() => state() === 'streaming');
    pipeline.sessions.unassign(leafOneGnmi);
    await eventually(() => target.streamCount === 0);
    expect(pipeline.sessions.statuses()).toEqual([]);
    await drain();
    expect(await countOf(db, 'sample')).toBe(1);
  });
});
