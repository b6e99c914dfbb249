import { describe, expect, test } from 'vitest';
import { sampleTime } from '../../../collector-daemon/normalise/sample-time.ts';

const limits = { oldestMs: 30 * 86_400_000, aheadMs: 300_000 };
const nowMs = Date.UTC(2026, 10, 21, 12);
const nowUs = nowMs * 1_000;
const nowNs = BigInt(nowMs) * 1_000_000n;
const second = 1_000_000_000n;

describe('the time of a sample', () => {
  test.each([
    ['the device’s', nowNs - 5n * second, nowUs - 5_000_000, false],
    ['the device’s, truncated to µs', nowNs + 1_999n, nowUs + 1, false],
    ['receive time where the device says nothing', 0n, nowUs, false],
    ['the device’s, 5 minutes ahead', nowNs + 300n * second, nowUs + 300_000_000, false],
    ['receive time, more than 5 minutes ahead', nowNs + 300n * second + 1_000n, nowUs, true],
    ['the device’s, 30 days old', nowNs - 30n * 86_400n * second, nowUs - 30 * 86_400e6, false],
    ['receive time, older than raw retention', nowNs - 30n * 86_400n * second - 1n, nowUs, true],
    ['receive time, for seconds instead of ns', BigInt(nowMs) / 1_000n, nowUs, true],
    ['receive time, for a negative stamp', -1n, nowUs, true],
    ['receive time, for the largest stamp', 2n ** 63n - 1n, nowUs, true],
  ])('is %s', (_what, deviceNs, timeUs, fault) => {
    expect(sampleTime(deviceNs, nowMs, limits)).toEqual({ timeUs, fault });
  });
});
