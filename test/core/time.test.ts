import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msFromUs, usFromMs, usFromNs } from '../../core/time.ts';
import { holds } from '../support/property.ts';

describe('nanoseconds to microseconds', () => {
  test.each([
    [0n, 0],
    [999n, 0],
    [1_000n, 1],
    [1_795_262_400_123_456_789n, 1_795_262_400_123_456],
    [-1n, -1],
    [-1_000n, -1],
    [-1_001n, -2],
  ])('%d ns are %d µs', (ns, us) => expect(usFromNs(ns)).toBe(us));

  test('never later than the nanosecond, and less than a microsecond earlier', () => {
    holds([fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })], (ns) => {
      const behind = ns - BigInt(usFromNs(ns)) * 1_000n;
      expect(behind >= 0n && behind < 1_000n).toBe(true);
    });
  });

  test('ms and µs are each other’s inverse', () => {
    holds([fc.integer({ min: -(2 ** 50), max: 2 ** 50 })], (us) => {
      expect(usFromMs(msFromUs(us))).toBe(us);
    });
  });
});
