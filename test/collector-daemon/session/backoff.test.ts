import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backoffMs,
  permanentBackoff,
  transientBackoff,
} from '../../../collector-daemon/session/backoff.ts';
import { holds } from '../../support/property.ts';

describe('back-off', () => {
  test.each([
    [1, 0, 250],
    [1, 0.999, 500],
    [2, 0.5, 750],
    [4, 0, 2_000],
    [8, 0, 30_000],
    [1_000_000, 0.5, 45_000],
  ])('attempt %d with randomness %d waits %d ms', (attempt, random, ms) => {
    expect(Math.round(backoffMs(transientBackoff, attempt, random) / 10) * 10).toBe(ms);
  });

  test('grows up to its bound, is never nothing, and is jittered over a half', () => {
    const policies = fc.constantFrom(transientBackoff, permanentBackoff);
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    holds([policies, fc.integer({ min: 1, max: 10_000 }), random], (policy, attempt, luck) => {
      const waitMs = backoffMs(policy, attempt, luck);
      expect(waitMs).toBeGreaterThanOrEqual(policy.firstMs / 2);
      expect(waitMs).toBeLessThanOrEqual(policy.maxMs);
      expect(backoffMs(policy, attempt + 1, luck)).toBeGreaterThanOrEqual(waitMs);
      expect(backoffMs(policy, attempt, 0.999_9)).toBeGreaterThan(backoffMs(policy, attempt, 0));
    });
  });
});
