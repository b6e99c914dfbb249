import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Batcher } from '../../../collector-daemon/batch/batcher.ts';
import { SeriesRegistry } from '../../../collector-daemon/normalise/series-registry.ts';
import { rowCount, type SampleSlice } from '../../../core/telemetry/sample.ts';
import { leafOne } from '../../support/collection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { holds } from '../../support/property.ts';
import { seriesDefinition } from '../../support/sample-batch.ts';

const startMs = 1_000_000;

function batching(maxRows = 3) {
  const time = new ManualTime(startMs);
  const registry = new SeriesRegistry();
  const sealed: SampleSlice[] = [];
  const batcher = new Batcher({
    clock: time,
    timers: time,
    takeIntroduced: () => registry.takeIntroduced(),
    sealed: (slice) => sealed.push(slice),
    maxRows,
  });
  const number = (value: number, path = '/a') =>
    batcher.number({
      series: registry.refOf(seriesDefinition(0, leafOne, path)),
      timeUs: value,
      value,
      delta: value,
      spanMs: value,
      quality: 1,
    });
  const text = (value: string, path = '/t') =>
    batcher.text(registry.refOf(seriesDefinition(0, leafOne, path)), 5, value);
  return { time, sealed, batcher, number, text };
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
    expect(sealed[0]).toMatchObject({
      oldestReceivedAtMs: startMs,
      sealedAtMs: startMs + 250,
    });
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
    expect(sealed[1]).toMatchObject({ oldestReceivedAtMs: startMs + 1_000 });
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
      },
      texts: { series: Uint32Array.of(1), timeUs: Float64Array.of(5), value: ['UP'] },
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
