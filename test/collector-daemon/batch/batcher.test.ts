import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batcher } from '../../../collector-daemon/batch/batcher.ts';
import { SeriesRegistry } from '../../../collector-daemon/normalise/series-registry.ts';
import type { DeviceId, Epoch } from '../../../core/id.ts';
import { receivedSinceMs, rowCount, type SampleSlice } from '../../../core/telemetry/sample.ts';
import { leafOne } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { holds } from '../../support/property.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

const startMs = 1_000_000;
/** Before the batcher got to hear of it. */
const receivedMs = startMs - 40;

function batching(maxRows = 3) {
  const time = new ManualTime(startMs);
  const registry = new SeriesRegistry(time);
  const sealed: SampleSlice[] = [];
  const batcher = new Batcher({
    clock: time,
    timers: time,
    takeIntroduced: () => registry.takeIntroduced(),
    takeRetired: () => registry.takeRetired(),
    sealed: (slice) => sealed.push(slice),
    maxRows,
  });
  const writer = batcher.writerOf(leafOne);
  writer.received(receivedMs, 1 as Epoch);
  const refOf = (path: string) => registry.refOf(seriesDefinition(0, leafOne, path));
  const number = (value: number, path = '/a', into = writer) =>
    into.number({
      series: refOf(path),
      timeUs: value,
      value,
      delta: value,
      spanMs: value,
      quality: 1,
    });
  const text = (value: string, path = '/t') => writer.text(refOf(path), 5, value);
  return { time, sealed, batcher, writer, number, text };
}

describe('a slice is sealed', () => {
  test('when it has its rows, numbers and texts together', () => {
    const { sealed, number, text, time } = batching(3);
    number(1);
    text('UP');
    expect(sealed).toEqual([]);
    number(2);
    expect(sealed.map(rowCount)).toEqual([3]);
    expect(time.pending).toBe(0);
  });

  test('when its first row is 250 ms old, however fresh the others are', () => {
    const { sealed, number, time } = batching(100);
    number(1);
    time.advance(249);
    number(2);
    expect(sealed).toEqual([]);
    time.advance(1);
    expect(sealed.map(rowCount)).toEqual([2]);
    expect(sealed[0]).toMatchObject({ sealedAtMs: startMs + 250 });
    time.advance(10_000);
    expect(sealed).toHaveLength(1);
  });

  test('a new age begins with the next row', () => {
    const { sealed, number, time } = batching(100);
    number(1);
    time.advance(1_000);
    number(2);
    time.advance(249);
    expect(sealed).toHaveLength(1);
    time.advance(1);
    expect(sealed[1]).toMatchObject({ sealedAtMs: startMs + 1_250 });
  });

  test('at the end, with what there is; never without rows', () => {
    const { sealed, batcher, number, time } = batching();
    batcher.seal();
    number(1);
    batcher[Symbol.dispose]();
    batcher[Symbol.dispose]();
    expect(sealed.map(rowCount)).toEqual([1]);
    expect(time.pending).toBe(0);
  });
});

describe('a sealed slice', () => {
  test('holds the rows as they were given, whatever comes later', () => {
    const { sealed, number, text } = batching(2);
    for (const value of [1, 2, 3]) number(value);
    text('UP');
    const [first, second] = sealed;
    expect([...first!.numbers.value]).toEqual([1, 2]);
    expect(second).toMatchObject({
      numbers: {
        series: Uint32Array.of(0),
        timeUs: Float64Array.of(3),
        value: Float64Array.of(3),
        delta: Float64Array.of(3),
        spanMs: Int32Array.of(3),
        quality: Uint16Array.of(1),
        receivedMs: Float64Array.of(receivedMs),
      },
      texts: {
        series: Uint32Array.of(1),
        timeUs: Float64Array.of(5),
        value: ['UP'],
        receivedMs: Float64Array.of(receivedMs),
      },
    });
  });

  test('brings every series before or with its first row', () => {
    const row = fc.record({
      path: fc.constantFrom('/a', '/b', '/c', '/d', '/e'),
      kind: fc.constantFrom('number', 'text'),
      waitMs: fc.constantFrom(0, 0, 0, 300),
    });
    holds([fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 5 })], (rows, maxRows) => {
      const { sealed, batcher, number, text, time } = batching(maxRows);
      for (const { path, kind, waitMs } of rows) {
        if (kind === 'number') number(1, path);
        else text('x', path);
        time.advance(waitMs);
      }
      batcher.seal();
      expect(sealed.reduce((sum, batch) => sum + rowCount(batch), 0)).toBe(rows.length);
      expect(sealed.every((batch) => rowCount(batch) <= maxRows)).toBe(true);
      const known = new Set<number>();
      for (const { introduces, numbers, texts } of sealed) {
        expect(introduces.filter(({ ref }) => known.has(ref))).toEqual([]);
        for (const { ref } of introduces) known.add(ref);
        expect([...numbers.series, ...texts.series].filter((ref) => !known.has(ref))).toEqual([]);
      }
    });
  });
});

const leafTwo = '0198a000-0000-7000-8000-000000000002' as DeviceId;

describe('when its rows were received, and under which epoch', () => {
  test('is said of each row, and of each device as a range', () => {
    const { sealed, batcher, writer, number, text } = batching(100);
    const other = batcher.writerOf(leafTwo);
    writer.received(1_000, 7 as Epoch);
    number(1);
    number(2);
    other.received(900, 4 as Epoch);
    other.end(5, 6, false);
    // A clock that was set back.
    writer.received(800, 7 as Epoch);
    text('UP');
    batcher.seal();
    expect(sealed).toMatchObject([
      {
        numbers: { receivedMs: Float64Array.of(1_000, 1_000) },
        texts: { receivedMs: Float64Array.of(800) },
        ends: { receivedMs: Float64Array.of(900) },
        received: [
          { deviceId: leafOne, epoch: 7, fromMs: 800, toMs: 1_000 },
          { deviceId: leafTwo, epoch: 4, fromMs: 900, toMs: 900 },
        ],
      },
    ]);
    expect(receivedSinceMs(sealed[0]!)).toBe(800);
  });

  test('a device of which nothing was written is not in it', () => {
    const { sealed, batcher, number, writer } = batching(100);
    batcher.writerOf(leafTwo).received(5, 1 as Epoch);
    number(1);
    batcher.seal();
    // Heard again, with nothing to write.
    writer.received(receivedMs + 9, 1 as Epoch);
    expect(sealed.map(({ received }) => received.length)).toEqual([1]);
    expect(sealed[0]!.received[0]).toMatchObject({ toMs: receivedMs });
  });

  test('whatever comes, a row lies in its device\u2019s range, and a device has one epoch a slice', () => {
    const message = fc.record({
      device: fc.nat(2),
      rows: fc.integer({ min: 0, max: 4 }),
      receivedMs: fc.nat(1_000),
      takeOver: fc.boolean(),
    });
    holds(
      [fc.array(message, { maxLength: 30 }), fc.integer({ min: 1, max: 6 })],
      (all, maxRows) => {
        const { sealed, batcher, number } = batching(maxRows);
        const devices = [0, 1, 2].map((at) => `${leafOne.slice(0, -1)}${at}` as DeviceId);
        const writers = devices.map((deviceId) => batcher.writerOf(deviceId));
        const epochs = devices.map(() => 1);
        const sent: string[] = [];
        for (const { device, rows, receivedMs: ms, takeOver } of all) {
          if (takeOver) epochs[device]! += 1;
          writers[device]!.received(ms, epochs[device] as Epoch);
          for (let row = 0; row < rows; row += 1) {
            number(device, '/a', writers[device]);
            sent.push(`${devices[device]} ${epochs[device]} ${ms}`);
          }
        }
        batcher.seal();
        const kept = sealed.flatMap(({ numbers, received }) => {
          const ranges = new Map(received.map((range) => [range.deviceId, range]));
          expect(ranges.size).toBe(received.length);
          return Array.from(numbers.value, (device, row) => {
            const { deviceId, epoch, fromMs, toMs } = ranges.get(devices[device]!)!;
            const ms = numbers.receivedMs[row]!;
            expect([fromMs <= ms, ms <= toMs]).toEqual([true, true]);
            return `${deviceId} ${epoch} ${ms}`;
          });
        });
        expect(kept).toEqual(sent);
      },
    );
  });
});
