/** Octets and packets of one direction of a port, counted exactly; what a step leaves over goes into the next one. */

/** About one packet in two hundred is multicast. */
const multicastShare = 0.005;

export class DirectionCounters {
  octets: bigint;
  unicastPackets: bigint;
  multicastPackets: bigint;
  #packetsLeft = 0;
  #multicastLeft = 0;

  constructor(start: { readonly octets: bigint; readonly packets: bigint }) {
    this.octets = start.octets;
    this.multicastPackets = start.packets / 200n;
    this.unicastPackets = start.packets - this.multicastPackets;
  }

  /** Counts `seconds` at `bps`; every packet has `meanPacketOctets`, so octets and packets always agree. */
  advance(bps: number, meanPacketOctets: number, seconds: number): void {
    const exact = (bps / 8 / meanPacketOctets) * seconds + this.#packetsLeft;
    const packets = Math.floor(exact);
    this.#packetsLeft = exact - packets;
    const exactMulticast = packets * multicastShare + this.#multicastLeft;
    const multicast = Math.min(packets, Math.floor(exactMulticast));
    this.#multicastLeft = exactMulticast - multicast;
    this.octets += BigInt(Math.round(packets * meanPacketOctets));
    this.multicastPackets += BigInt(multicast);
    this.unicastPackets += BigInt(packets - multicast);
  }
}
