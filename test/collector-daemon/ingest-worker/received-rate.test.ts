import { describe, expect, it } from 'vitest';
import { ReceivedRate } from '../../../collector-daemon/ingest-worker/received-rate.ts';

interface Sending {
  readonly everyMs: number;
  readonly perBurst: number;
  /** Workers report a little later than every second. */
  readonly reportMs?: number;
}

/** What is told over a minute, once the window is full. */
function rates({ everyMs, perBurst, reportMs = 1_000 }: Sending): number[] {
  const rate = new ReceivedRate();
  return Array.from({ length: 90 }, (_, report) => {
    const atMs = report * reportMs;
    rate.add(Math.floor(atMs / everyMs) * perBurst, atMs);
    return rate.perSecond();
  }).slice(31);
}

describe('the rate of received samples', () => {
  it.each([1_000, 5_000, 10_000])('is steady where devices send every %d ms', (everyMs) => {
    const perBurst = (280 * everyMs) / 1_000;
    for (const told of rates({ everyMs, perBurst })) expect(told).toBeCloseTo(280, 0);
  });

  it('does not jump where reports come a little late', () => {
    const told = rates({ everyMs: 5_000, perBurst: 1_400, reportMs: 1_003 });
    expect(Math.min(...told)).toBeGreaterThan(270);
    expect(Math.max(...told)).toBeLessThan(290);
  });

  it('is 0 before anything is known, and counts on when the clock was set back', () => {
    const rate = new ReceivedRate();
    expect(rate.perSecond()).toBe(0);
    rate.add(1_000, 60_000);
    expect(rate.perSecond()).toBe(0);
    rate.add(2_000, 1_000);
    rate.add(2_010, 2_000);
    expect(rate.perSecond()).toBe(10);
  });
});
