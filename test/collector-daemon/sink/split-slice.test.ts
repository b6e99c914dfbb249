import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceId, Epoch } from '../../../core/id.ts';
import { joinSlices } from '../../../collector-daemon/sink/join-slices.ts';
import { splitSlice } from '../../../collector-daemon/sink/split-slice.ts';
import type { SampleSlice } from '../../../core/telemetry/sample.ts';
import { leafOne } from '../../support/collection.ts';
import { holds } from '../../support/property.ts';
import { sampleBatch } from '../../support/sample-batch.ts';

/** The rows of a slice as text, by series; in their order within one. */
function rowsBySeries({ numbers, texts, ends }: SampleSlice): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  const add = (key: string, row: unknown) =>
    rows.set(key, [...(rows.get(key) ?? []), JSON.stringify(row)]);
  numbers.series.forEach((ref, row) =>
    add(`number ${ref}`, [
      numbers.timeUs[row],
      numbers.value[row],
      numbers.delta[row],
      numbers.spanMs[row],
      numbers.quality[row],
      numbers.receivedMs[row],
    ]),
  );
  texts.series.forEach((ref, row) =>
    add(`text ${ref}`, [texts.timeUs[row], texts.value[row], texts.receivedMs[row]]),
  );
  ends.series.forEach((ref, row) =>
    add(`end ${ref}`, [ends.timeUs[row], ends.withdrawn[row], ends.receivedMs[row]]),
  );
  return rows;
}

describe('a slice split by series', () => {
  test('loses no row, keeps their order, and has each series in one part', () => {
    const ref = fc.integer({ min: 0, max: 2_000 });
    const numbers = fc.array(
      fc.record({
        ref,
        timeUs: fc.nat(),
        value: fc.double({ noNaN: true }),
        delta: fc.nat(),
        spanMs: fc.nat(),
        quality: fc.nat(31),
        receivedMs: fc.nat(),
      }),
      { maxLength: 40 },
    );
    const texts = fc.array(
      fc.record({ ref, timeUs: fc.nat(), value: fc.string(), receivedMs: fc.nat() }),
      {
        maxLength: 20,
      },
    );
    const ends = fc.array(
      fc.record({ ref, timeUs: fc.nat(), withdrawn: fc.boolean(), receivedMs: fc.nat() }),
      {
        maxLength: 20,
      },
    );
    const parts = fc.integer({ min: 1, max: 4 });
    holds([numbers, texts, ends, parts], (numbers, texts, ends, parts) => {
      const received = [{ deviceId: leafOne, epoch: 2 as Epoch, fromMs: 1, toMs: 9 }];
      const whole = sampleBatch({ numbers, texts, ends, received });
      const split = splitSlice(whole, parts);
      expect(split.length).toBeLessThanOrEqual(parts);
      const seen = split.flatMap((part) => [
        ...new Set([...part.numbers.series, ...part.texts.series, ...part.ends.series]),
      ]);
      expect(new Set(seen).size).toBe(seen.length);
      expect(split.filter((part) => part.received !== received)).toEqual([]);
      const empty = sampleBatch({});
      expect(rowsBySeries(joinSlices([empty, ...split]))).toEqual(rowsBySeries(whole));
    });
  });
});

test('joined slices have one range for each device and epoch', () => {
  const leafTwo = '0198a000-0000-7000-8000-000000000002' as DeviceId;
  const range = (deviceId: DeviceId, epoch: number, fromMs: number, toMs: number) => ({
    deviceId,
    epoch: epoch as Epoch,
    fromMs,
    toMs,
  });
  const slices = [
    sampleBatch({ received: [range(leafOne, 1, 10, 20), range(leafTwo, 1, 5, 6)] }),
    sampleBatch({ received: [range(leafOne, 1, 15, 30)] }),
    sampleBatch({ received: [range(leafOne, 2, 31, 32)] }),
    // A clock that was set back.
    sampleBatch({ received: [range(leafOne, 2, 3, 4)] }),
  ];
  expect(joinSlices(slices).received).toEqual([
    range(leafOne, 1, 10, 30),
    range(leafTwo, 1, 5, 6),
    range(leafOne, 2, 3, 32),
  ]);
});
