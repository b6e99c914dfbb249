/**
 * Octets and packets of one direction of a port. Time is cut into cells of a second with one rate each, so that the
 * count at a moment does not hang on when it was looked at before: both ends of a cable count the same, exactly.
 */

/** About one packet in two hundred is multicast. */
const onePacketInMulticast = 200n;

const cellMs = 1_000;
/** Time that nobody watched is made up for in cells of this length, or an idle day would take seconds to catch up. */
const longCellMs = 60_000;
const longGapMs = 600_000;

export interface DirectionOptions {
  /** What was counted before the simulation began. */
  readonly start: { readonly octets: bigint; readonly packets: bigint };
  readonly meanPacketOctets: number;
  /** Bits per second at a time, ms since the epoch. */
  readonly bpsAt: (ms: number) => number;
}

export class DirectionCounters {
  readonly #options: DirectionOptions;
  #octets: bigint;
  #packets: bigint;
  #countedToMs = Number.NaN;
  /** Part of a cell at one rate: what was counted when it began. */
  #segment = { startMs: 0, octets: 0n, packets: 0n };

  constructor(options: DirectionOptions) {
    this.#options = options;
    this.#octets = options.start.octets;
    this.#packets = options.start.packets;
  }

  get octets(): bigint {
    return this.#octets;
  }

  get unicastPackets(): bigint {
    return this.#packets - this.multicastPackets;
  }

  get multicastPackets(): bigint {
    const { packets } = this.#options.start;
    return packets / onePacketInMulticast + (this.#packets - packets) / onePacketInMulticast;
  }

  /** Counts the time between two moments; what lies between the last one and `fromMs` carried nothing. */
  advance(fromMs: number, toMs: number): void {
    if (fromMs !== this.#countedToMs) this.#begin(fromMs);
    while (this.#countedToMs < toMs) {
      const length = toMs - this.#countedToMs > longGapMs ? longCellMs : cellMs;
      const cell = Math.floor(this.#countedToMs / length);
      if (this.#countedToMs === cell * length) this.#begin(this.#countedToMs);
      const untilMs = Math.min(toMs, (cell + 1) * length);
      this.#count(untilMs, this.#options.bpsAt((cell + 0.5) * length));
    }
  }

  #begin(atMs: number): void {
    this.#countedToMs = atMs;
    this.#segment = { startMs: atMs, octets: this.#octets, packets: this.#packets };
  }

  #count(untilMs: number, bps: number): void {
    const { startMs, octets, packets } = this.#segment;
    const { meanPacketOctets } = this.#options;
    const passed = Math.floor(((bps / 8 / meanPacketOctets) * (untilMs - startMs)) / 1_000);
    this.#packets = packets + BigInt(passed);
    this.#octets = octets + BigInt(Math.round(passed * meanPacketOctets));
    this.#countedToMs = untilMs;
  }
}
