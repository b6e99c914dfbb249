/** One port of a switch: its cable, its counters, its optic. */
import { hashText, noiseAt, unitAt } from '../random.ts';
import { DirectionCounters } from './direction-counters.ts';
import type { Link } from './link.ts';
import { trafficBps, trafficShapeOf, type TrafficShape } from './traffic.ts';

/** Who is at the other end of a cable inside the fabric. */
export interface PortPeer {
  readonly device: string;
  readonly port: string;
  readonly chassisId: string;
  readonly localAddress: string;
  readonly address: string;
  readonly asNumber: number;
}

export interface PortOptions {
  readonly name: string;
  readonly ifindex: number;
  readonly description: string;
  readonly speedBps: number;
  /** Null: nothing is plugged in and the port is shut. */
  readonly link: Link | null;
  readonly peer: PortPeer | null;
  /** Keys of the traffic in each direction; the other end uses the same two, crossed over. */
  readonly inKey: string;
  readonly outKey: string;
  readonly bootedAtMs: number;
  readonly startAtMs: number;
}

/** A burst of errors lasts until `untilMs`. */
interface ErrorBurst {
  readonly untilMs: number;
  readonly perSecond: number;
}

/** Power received when no light comes in, dBm; what optics report at their lower end. */
const darkDbm = -40;

export class SwitchPort {
  readonly options: PortOptions;
  readonly in: DirectionCounters;
  readonly out: DirectionCounters;
  inErrors = 0n;
  inFcsErrors = 0n;
  outErrors = 0n;
  inDiscards = 0n;
  outDiscards = 0n;
  readonly #seed: number;
  #burst: ErrorBurst | null = null;
  #fractions = { errors: 0, discards: 0 };

  constructor(options: PortOptions) {
    this.options = options;
    this.#seed = hashText(`${options.inKey}>${options.outKey}`);
    const seconds = options.link === null ? 0 : (options.startAtMs - options.bootedAtMs) / 1_000;
    this.in = countersOf(trafficShapeOf(options.inKey, options.speedBps), seconds);
    this.out = countersOf(trafficShapeOf(options.outKey, options.speedBps), seconds);
  }

  get up(): boolean {
    return this.options.link?.up ?? false;
  }

  get lastChangeMs(): number {
    return this.options.link?.changedAtMs ?? this.options.bootedAtMs;
  }

  startErrors(burst: ErrorBurst): void {
    this.#burst = burst;
  }

  /** Counts the time between two ticks; a port that is down counts nothing. */
  advance(fromMs: number, toMs: number): void {
    if (this.up) {
      const sent = this.out.octets;
      this.in.advance(fromMs, toMs);
      this.out.advance(fromMs, toMs);
      this.#countErrors(fromMs, toMs);
      this.#countDiscards(Number(this.out.octets - sent) * 8, (toMs - fromMs) / 1_000);
    }
    if (this.#burst !== null && toMs >= this.#burst.untilMs) this.#burst = null;
  }

  outputPowerDbm(nowMs: number): number {
    return -1.5 + 1.2 * unitAt(this.#seed, 11) + 0.1 * noiseAt(this.#seed + 1, nowMs, 60_000);
  }

  inputPowerDbm(nowMs: number): number {
    if (!this.up) return darkDbm;
    const lossDb = 1 + 2.5 * unitAt(this.#seed, 12);
    return -0.8 - lossDb + 0.15 * noiseAt(this.#seed + 2, nowMs, 60_000);
  }

  laserBiasMa(nowMs: number): number {
    return 32 + 12 * unitAt(this.#seed, 13) + 0.8 * noiseAt(this.#seed + 3, nowMs, 120_000);
  }

  opticCelsius(nowMs: number): number {
    return 34 + 8 * unitAt(this.#seed, 14) + 3 * noiseAt(this.#seed + 4, nowMs, 300_000);
  }

  #countErrors(fromMs: number, toMs: number): void {
    const burst = this.#burst;
    if (burst === null) return;
    const seconds = Math.max(0, Math.min(toMs, burst.untilMs) - fromMs) / 1_000;
    const exact = burst.perSecond * seconds + this.#fractions.errors;
    const errors = Math.floor(exact);
    this.#fractions.errors = exact - errors;
    this.inErrors += BigInt(errors);
    this.inFcsErrors += BigInt(errors);
  }

  /** Queues overflow above 85 % load. */
  #countDiscards(bits: number, seconds: number): void {
    const load = bits / seconds / this.options.speedBps;
    const exact = Math.max(0, load - 0.85) * 2_000 * seconds + this.#fractions.discards;
    const discards = Math.floor(exact);
    this.#fractions.discards = exact - discards;
    this.outDiscards += BigInt(discards);
  }
}

/** Since the device booted a port has carried half its peak load. */
function countersOf(shape: TrafficShape, seconds: number): DirectionCounters {
  const { meanPacketOctets } = shape;
  const octetsPerSecond = (shape.speedBps * shape.peakShare * 0.5) / 8;
  const packets = Math.floor((octetsPerSecond / meanPacketOctets) * seconds);
  const octets = Math.round(packets * meanPacketOctets);
  return new DirectionCounters({
    start: { packets: BigInt(packets), octets: BigInt(octets) },
    meanPacketOctets,
    bpsAt: (ms) => trafficBps(shape, ms),
  });
}
