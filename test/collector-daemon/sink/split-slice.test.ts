import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinSlices } from '../../../collector-daemon/sink/join-slices.ts';
import { splitSlice } from '../../../collector-daemon/sink/split-slice.ts';
import type { SampleSlice } from '../../../core/telemetry/sample.ts';
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
    ]),
  );
  texts.series.forEach((ref, row) => add(`text ${ref}`, [texts.timeUs[row], texts.value[row]]));
  ends.series.forEach((ref, row) => add(`end ${ref}`, [ends.timeUs[row], ends.withdrawn[row]]));
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
      }),
      { maxLength: 40 },
    );
    const texts = fc.array(fc.record({ ref, timeUs: fc.nat(), value: fc.string() }), {
      maxLength: 20,
    });
    const ends = fc.array(fc.record({ ref, timeUs: fc.nat(), withdrawn: fc.boolean() }), {
      maxLength: 20,
    });
    const parts = fc.integer({ min: 1, max: 4 });
    holds([numbers, texts, ends, parts], (numbers, texts, ends, parts) => {
      const whole = sampleBatch({ numbers, texts, ends });
      const split = splitSlice(whole, parts);
      expect(split.length).toBeLessThanOrEqual(parts);
      const seen = split.flatMap((part) => [
        ...new Set([...part.numbers.series, ...part.texts.series, ...part.ends.series]),
      ]);
      expect(new Set(seen).size).toBe(seen.length);
      const empty = sampleBatch({});
      expect(rowsBySeries(joinSlices([empty, ...split]))).toEqual(rowsBySeries(whole));
    });
  });
});
