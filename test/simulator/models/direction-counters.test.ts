import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { DirectionCounters } from '../../../simulator/models/direction-counters.ts';
import { trafficBps, trafficShapeOf } from '../../../simulator/models/traffic.ts';

const nowMs = Date.UTC(2026, 0, 15, 12);
const start = { octets: 0n, packets: 0n };

function counters(bps: number, meanPacketOctets = 500): DirectionCounters {
  return new DirectionCounters({ start, meanPacketOctets, bpsAt: () => bps });
}

/** Moments of one hour, in order, with the end of it. */
const moments = fc
  .array(fc.integer({ min: 1, max: 3_599_999 }), { maxLength: 40 })
  .map((list) => [...list.toSorted((left, right) => left - right), 3_600_000]);

it('never decreases, and every packet has between 64 and 9,216 octets', () => {
  fc.assert(
    fc.property(
      moments,
      fc.double({ min: 0, max: 4e11, noNaN: true }),
      fc.double({ min: 64, max: 9_216, noNaN: true }),
      (steps, bps, meanPacketOctets) => {
        const one = counters(bps, meanPacketOctets);
        let fromMs = 0;
        for (const toMs of steps) {
          const { octets, unicastPackets, multicastPackets } = one;
          one.advance(nowMs + fromMs, nowMs + toMs);
          fromMs = toMs;
          expect(one.octets).toBeGreaterThanOrEqual(octets);
          expect(one.unicastPackets).toBeGreaterThanOrEqual(unicastPackets);
          expect(one.multicastPackets).toBeGreaterThanOrEqual(multicastPackets);
        }
        const packets = one.unicastPackets + one.multicastPackets;
        expect(one.octets).toBeGreaterThanOrEqual(packets * 64n);
        expect(one.octets).toBeLessThanOrEqual(packets * 9_216n);
      },
    ),
  );
});

it('counts what the rate says', () => {
  const one = counters(1e6);
  one.advance(nowMs, nowMs + 100_000);
  expect(one.octets).toBe(12_500_000n);
  expect(one.unicastPackets + one.multicastPackets).toBe(25_000n);
  expect(one.multicastPackets).toBe(125n);
});

it('counts the same whenever it was looked at before', () => {
  const shape = trafficShapeOf('a cable', 1e11);
  const make = () =>
    new DirectionCounters({
      start,
      meanPacketOctets: shape.meanPacketOctets,
      bpsAt: (ms) => trafficBps(shape, ms),
    });
  fc.assert(
    fc.property(moments, moments, (left, right) => {
      const counted = [left, right].map((steps) => {
        const one = make();
        // Time nobody watched is counted more coarsely; here somebody looks every minute.
        const looks = Array.from({ length: 60 }, (_, minute) => minute * 60_000 + 1);
        const all = [...steps, ...looks].toSorted((a, b) => a - b);
        for (const [at, toMs] of all.entries()) {
          one.advance(nowMs + (all[at - 1] ?? 0), nowMs + toMs);
        }
        return [one.octets, one.unicastPackets, one.multicastPackets];
      });
      expect(counted[0]).toEqual(counted[1]);
    }),
    { numRuns: 20 },
  );
});

it('carries nothing while it is not asked to', () => {
  const one = counters(1e6);
  one.advance(nowMs, nowMs + 10_250);
  const { octets } = one;
  one.advance(nowMs + 60_700, nowMs + 70_950);
  expect(one.octets).toBe(2n * octets);
});

it('keeps traffic within the link, and busier at the peak hour than at night', () => {
  const dayMs = 86_400_000;
  fc.assert(
    fc.property(fc.string(), (key) => {
      const shape = trafficShapeOf(key, 1e9);
      const meanAround = (hour: number) => {
        const bps = Array.from({ length: 30 }, (_, day) =>
          trafficBps(shape, day * dayMs + (hour / 24) * dayMs),
        );
        expect(Math.max(...bps)).toBeLessThanOrEqual(0.97e9);
        expect(Math.min(...bps)).toBeGreaterThan(0);
        return bps.sort((left, right) => left - right)[15]!;
      };
      expect(meanAround(shape.peakHour)).toBeGreaterThan(meanAround(shape.peakHour - 12));
    }),
    { numRuns: 20 },
  );
});
