import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { missingSpans, type TimeSpan } from '../../../../service/store/partition/partition-plan.ts';

const span = (fromMs: number, toMs: number): TimeSpan => ({ fromMs, toMs });

test('what is missing is cut at multiples of the length and at what is there', () => {
  expect(missingSpans([], span(0, 30), 10)).toEqual([span(0, 10), span(10, 20), span(20, 30)]);
  expect(missingSpans([span(0, 20)], span(0, 30), 10)).toEqual([span(20, 30)]);
  expect(missingSpans([span(5, 10), span(12, 14)], span(0, 20), 20)).toEqual([
    span(0, 5),
    span(10, 12),
    span(14, 20),
  ]);
  expect(missingSpans([span(0, 40)], span(10, 30), 10)).toEqual([]);
});

test('the missing and the existing cover the time once, whatever lengths they were made with', () => {
  const lengths = fc.array(fc.constantFrom(1, 2, 4, 8, 16), { minLength: 1, maxLength: 12 });
  const starts = fc.integer({ min: -40, max: 40 });
  fc.assert(
    fc.property(lengths, starts, (all, start) => {
      let there: TimeSpan[] = [];
      for (const [step, length] of all.entries()) {
        const wanted = span(start + step * 3, start + step * 3 + 20);
        const made = missingSpans(there, wanted, length);
        for (const { fromMs, toMs } of made) {
          expect(Math.floor((toMs - 1) / length)).toBe(Math.floor(fromMs / length));
        }
        there = [...there, ...made];
        for (let ms = wanted.fromMs; ms < wanted.toMs; ms += 1) {
          const covering = there.filter(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
          expect(covering).toHaveLength(1);
        }
      }
      const sorted = there.toSorted((one, other) => one.fromMs - other.fromMs);
      for (const [at, { fromMs }] of sorted.slice(1).entries()) {
        expect(fromMs).toBeGreaterThanOrEqual(sorted[at]!.toMs);
      }
    }),
  );
});
