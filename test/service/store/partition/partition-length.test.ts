import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allowedLengths,
  openIndexBytes,
  reviseLength,
  type WriteLoad,
} from '../../../../service/store/partition/partition-length.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const gibibyte = 2 ** 30;
const load = (rowsPerSecond: number | null, memoryGib = 16): WriteLoad => ({
  rowsPerSecond,
  indexBytesPerRow: 40,
  memoryBytes: memoryGib * gibibyte,
});
const question = (lengthMs: number, rest: { revisedAtMs?: number; rawDays?: number } = {}) => ({
  lengthMs,
  revisedAtMs: null,
  nowMs: 10 * dayMs,
  rawDays: 3,
  ...rest,
});

describe('the length of a partition', () => {
  // A quarter of 16 GiB takes 107 million rows of 40 bytes.
  test.each([
    [1_000, dayMs, dayMs],
    [1_300, dayMs, 12 * hourMs],
    [10_000, 2 * hourMs, 2 * hourMs],
    [20_000, 2 * hourMs, hourMs],
    [50_000, dayMs, 30 * minuteMs],
    [500_000, 2 * hourMs, 15 * minuteMs],
    [0, dayMs, dayMs],
  ])('%d rows a second: %d ms become %d', (rate, lengthMs, expected) => {
    expect(reviseLength(load(rate), question(lengthMs))).toBe(expected);
  });

  test('grows by one step, and only where half the room is enough', () => {
    expect(reviseLength(load(1), question(2 * hourMs))).toBe(4 * hourMs);
    // 4 h would fill 0.43 and 0.67 of the room.
    expect(reviseLength(load(3_200), question(2 * hourMs))).toBe(4 * hourMs);
    expect(reviseLength(load(5_000), question(2 * hourMs))).toBe(2 * hourMs);
  });

  test('grows once a day, and shrinks at once', () => {
    const justNow = { revisedAtMs: 9.5 * dayMs };
    expect(reviseLength(load(1), question(2 * hourMs, justNow))).toBe(2 * hourMs);
    expect(reviseLength(load(20_000), question(2 * hourMs, justNow))).toBe(hourMs);
  });

  test('stays where nothing was measured', () => {
    expect(reviseLength(load(null), question(7 * hourMs))).toBe(7 * hourMs);
  });

  test('is never so short that there would be more than 500 of them', () => {
    expect(allowedLengths(3)[0]).toBe(15 * minuteMs);
    expect(allowedLengths(4)[0]).toBe(30 * minuteMs);
    expect(allowedLengths(30)[0]).toBe(2 * hourMs);
    expect(allowedLengths(36_500)).toEqual([dayMs]);
    expect(reviseLength(load(1e6), question(8 * hourMs, { rawDays: 30 }))).toBe(2 * hourMs);
    // A longer retention set meanwhile, whether or not anything was measured.
    expect(reviseLength(load(1), question(15 * minuteMs, { rawDays: 30 }))).toBe(2 * hourMs);
    expect(reviseLength(load(null), question(15 * minuteMs, { rawDays: 30 }))).toBe(2 * hourMs);
  });

  test('comes to rest at any steady rate, where it fits or is the shortest', () => {
    const rates = fc.double({ min: 0, max: 2e6, noNaN: true });
    const starts = fc.constantFrom(...allowedLengths(3));
    fc.assert(
      fc.property(rates, starts, (rate, start) => {
        let lengthMs = start;
        const seen: number[] = [];
        for (let day = 0; day < 12; day += 1) {
          lengthMs = reviseLength(load(rate), { ...question(lengthMs), nowMs: day * dayMs });
          seen.push(lengthMs);
        }
        expect(new Set(seen.slice(-3)).size).toBe(1);
        const fits = openIndexBytes(load(rate), lengthMs) <= 4 * gibibyte;
        expect(fits || lengthMs === 15 * minuteMs).toBe(true);
      }),
    );
  });
});
