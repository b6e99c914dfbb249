import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterStep } from '../../../collector-daemon/normalise/counter-delta.ts';
import { quality } from '../../../core/telemetry/sample.ts';
import { holds } from '../../support/property.ts';

const max32 = 2n ** 32n;
const max64 = 2n ** 64n;

describe('the increase of a counter', () => {
  test.each([
    ['grows', 10n, 15n, 5n, 0],
    ['stands still', 10n, 10n, 0n, 0],
    ['passes 2^53', 2n ** 53n, 2n ** 53n + 1n, 1n, 0],
    ['reaches the end of 64 bits', max64 - 10n, max64 - 1n, 9n, 0],
    ['passes 2^32 as a 64-bit counter', max32 - 1n, max32 + 1n, 2n, 0],
    ['wraps at 32 bits', max32 - 6n, 4n, 10n, quality.wrap],
    ['wraps at 64 bits', max64 - 1n, 0n, 1n, quality.wrap],
    ['wraps at 32 bits from the last eighth', max32 - max32 / 8n, 0n, max32 / 8n, quality.wrap],
    ['was restarted', 1_000n, 7n, 7n, quality.reset],
    ['was cleared', 1_000n, 0n, 0n, quality.reset],
    ['was restarted below the last eighth', max32 - max32 / 8n - 1n, 3n, 3n, quality.reset],
    ['was restarted to beyond the first eighth', max32 - 1n, max32 / 8n, max32 / 8n, quality.reset],
    ['was restarted from beyond 32 bits', max32 + 5n, 3n, 3n, quality.reset],
    ['went below zero, which no counter does', 5n, -3n, 0n, quality.reset],
  ])('%s: %d, then %d', (_what, before, now, delta, bits) => {
    expect(counterStep(before, now)).toEqual({ delta, quality: bits });
  });

  test.each([
    ['32', max32],
    ['64', max64],
  ])('is exact along every walk of a %s-bit counter', (_bits, range) => {
    const start = fc.bigInt({ min: 0n, max: range - 1n });
    const steps = fc.array(fc.bigInt({ min: 0n, max: range / 8n - 1n }), { maxLength: 40 });
    holds([start, steps], (first, walk) => {
      let at = first;
      for (const step of walk) {
        const next = (at + step) % range;
        expect(counterStep(at, next)).toEqual({
          delta: step,
          quality: next < at ? quality.wrap : 0,
        });
        at = next;
      }
    });
  });

  test('is never negative', () => {
    const value = fc.bigInt({ min: -(2n ** 63n), max: max64 - 1n });
    holds([value, value], (before, now) => {
      expect(counterStep(before, now).delta >= 0n).toBe(true);
    });
  });
});
