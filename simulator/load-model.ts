/**
 * A device that is nothing but counters with known values, so that whoever receives them can check each one:
 * counter `index` at round n is (start + index + n × step) mod 2^64, and round n lasts from origin + n × interval.
 */
import { elem, type Path } from '../core/telemetry/path.ts';
import { uint } from './models/leaf-value.ts';
import type { DeviceModel, ModelChange, ModelLeaf } from './target/device-model.ts';

export interface LoadOptions {
  readonly name?: string | undefined;
  readonly interfaces: number;
  readonly countersPerInterface: number;
  /** 0 when left out; 2^53 + 1 shows who rounds, 2^64 - 10 who wraps. */
  readonly start?: bigint | undefined;
  /** 1 when left out. */
  readonly step?: bigint | undefined;
  /** Length of a round. */
  readonly intervalMs: number;
  /** Time of round 0, ms since the epoch. */
  readonly originMs: number;
}

const counterNames = [
  'in-octets',
  'out-octets',
  'in-unicast-pkts',
  'out-unicast-pkts',
  'in-multicast-pkts',
  'out-multicast-pkts',
  'in-errors',
  'out-errors',
  'in-discards',
  'out-discards',
];

/** The value that a receiver must find for a counter (interface × countersPerInterface + counter) in a round. */
export function expectedCounter(
  options: Pick<LoadOptions, 'start' | 'step'>,
  index: number,
  round: number,
): bigint {
  const value = (options.start ?? 0n) + BigInt(index) + BigInt(round) * (options.step ?? 1n);
  return BigInt.asUintN(64, value);
}

/** The round that a notification belongs to, from its timestamp. */
export function roundAt(
  options: Pick<LoadOptions, 'originMs' | 'intervalMs'>,
  atMs: number,
): number {
  return Math.max(0, Math.floor((atMs - options.originMs) / options.intervalMs));
}

export class LoadModel implements DeviceModel {
  readonly name: string;
  readonly #options: LoadOptions;
  readonly #leaves: readonly ModelLeaf[];
  #tickedAtMs: number;
  #round = 0;

  constructor(options: LoadOptions) {
    this.name = options.name ?? 'load';
    this.#options = options;
    this.#tickedAtMs = options.originMs;
    const { interfaces, countersPerInterface } = options;
    this.#leaves = Array.from({ length: interfaces * countersPerInterface }, (_, index) => ({
      path: counterPath(options, index),
      change: 'sampled',
      integerBits: 64,
      read: () => uint(expectedCounter(options, index, this.#round)),
    }));
  }

  get tickedAtMs(): number {
    return this.#tickedAtMs;
  }

  leaves(): readonly ModelLeaf[] {
    return this.#leaves;
  }

  tick(nowMs: number): void {
    if (nowMs <= this.#tickedAtMs) return;
    this.#tickedAtMs = nowMs;
    this.#round = roundAt(this.#options, nowMs);
  }

  onChange(_listener: (change: ModelChange) => void): Disposable {
    return { [Symbol.dispose]: () => {} };
  }
}

function counterPath({ countersPerInterface }: LoadOptions, index: number): Path {
  const counter = index % countersPerInterface;
  return {
    origin: '',
    elems: [
      elem('interfaces'),
      elem('interface', { name: `Ethernet1/${Math.floor(index / countersPerInterface) + 1}` }),
      elem('state'),
      elem('counters'),
      elem(counterNames[counter] ?? `counter-${counter}`),
    ],
  };
}
