/** How much traffic flows in one direction of a link: a pure function of its seed and the time. */
import { hashText, noiseAt, unitAt } from '../random.ts';

const dayMs = 86_400_000;
const burstSlotMs = 900_000;

export interface TrafficShape {
  readonly seed: number;
  readonly speedBps: number;
  /** Share of the speed in use at the busiest hour, bursts aside: 0 to 1. */
  readonly peakShare: number;
  /** Hour of the day (UTC) with the most traffic. */
  readonly peakHour: number;
  /** Mean size of a packet, octets on the wire. */
  readonly meanPacketOctets: number;
}

/** A shape made up from a key: two devices that share a link make up the same one. */
export function trafficShapeOf(key: string, speedBps: number): TrafficShape {
  const seed = hashText(key);
  return {
    seed,
    speedBps,
    peakShare: 0.05 + 0.5 * unitAt(seed, 1) ** 2,
    peakHour: 19 + 4 * unitAt(seed, 2),
    meanPacketOctets: 300 + 800 * unitAt(seed, 3),
  };
}

/** Bits per second; between 0.02 % and 97 % of the link's speed. */
export function trafficBps(shape: TrafficShape, nowMs: number): number {
  const share = shape.peakShare * dailyShare(shape.peakHour, nowMs) * jitter(shape.seed, nowMs);
  const used = share + burstShare(shape.seed, nowMs);
  return shape.speedBps * Math.min(0.97, Math.max(0.0002, used));
}

/** 1 at the peak hour, 0.15 twelve hours away from it. */
function dailyShare(peakHour: number, nowMs: number): number {
  const hour = ((nowMs % dayMs) / dayMs) * 24;
  return 0.575 + 0.425 * Math.cos(((hour - peakHour) / 24) * 2 * Math.PI);
}

function jitter(seed: number, nowMs: number): number {
  return 0.75 + 0.3 * noiseAt(seed, nowMs, 45_000) + 0.2 * noiseAt(seed + 1, nowMs, 4_000);
}

/** In one of eight quarters of an hour a burst of 20 to 140 s (a backup, a migration). */
function burstShare(seed: number, nowMs: number): number {
  const slot = Math.floor(nowMs / burstSlotMs);
  if (unitAt(seed + 2, slot) > 0.125) return 0;
  const startMs = slot * burstSlotMs + unitAt(seed + 3, slot) * (burstSlotMs - 140_000);
  const lengthMs = 20_000 + 120_000 * unitAt(seed + 4, slot);
  const within = nowMs >= startMs && nowMs < startMs + lengthMs;
  return within ? 0.15 + 0.35 * unitAt(seed + 5, slot) : 0;
}
