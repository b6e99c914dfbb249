import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { DirectionCounters } from '../../../simulator/models/direction-counters.ts';
import { trafficBps, trafficShapeOf } from '../../../simulator/models/traffic.ts';

const step = fc.record({
  bps: fc.double({ min: 0, max: 4e11, noNaN: true }),
  seconds: fc.double({ min: 0, max: 600, noNaN: true }),
});

it('never decreases, and every packet has between 64 and 9,216 octets', () => {
  fc.assert(
    fc.property(
      fc.array(step),
      fc.double({ min: 64, max: 9_216, noNaN: true }),
      (steps, meanPacketOctets) => {
        const counters = new DirectionCounters({ octets: 0n, packets: 0n });
        for (const { bps, seconds } of steps) {
          const { octets, unicastPackets, multicastPackets } = counters;
          counters.advance(bps, meanPacketOctets, seconds);
          expect(counters.octets).toBeGreaterThanOrEqual(octets);
          expect(counters.unicastPackets).toBeGreaterThanOrEqual(unicastPackets);
          expect(counters.multicastPackets).toBeGreaterThanOrEqual(multicastPackets);
        }
        const packets = counters.unicastPackets + counters.multicastPackets;
        expect(counters.octets).toBeGreaterThanOrEqual(packets * 64n);
        expect(counters.octets).toBeLessThanOrEqual(packets * 9_216n);
      },
    ),
  );
});

it('counts the same whether time passes in one step or in many', () => {
  const once = new DirectionCounters({ octets: 0n, packets: 0n });
  const often = new DirectionCounters({ octets: 0n, packets: 0n });
  once.advance(1e6, 500, 100);
  for (let at = 0; at < 1_000; at += 1) often.advance(1e6, 500, 0.1);
  expect(once.octets).toBe(12_500_000n);
  expect(Math.abs(Number(once.octets - often.octets))).toBeLessThanOrEqual(500);
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
