/** What is read of this machine at one moment. A fact that the system does not tell is null or left out, never made up. */
export interface InterfaceCounters {
  readonly inOctets: bigint;
  readonly inPackets: bigint;
  readonly inErrors: bigint;
  readonly inDiscards: bigint;
  readonly inMulticastPackets: bigint;
  readonly outOctets: bigint;
  readonly outPackets: bigint;
  readonly outErrors: bigint;
  readonly outDiscards: bigint;
}

export interface InterfaceReading {
  readonly name: string;
  readonly counters: InterfaceCounters | null;
  /** IANA's name of its kind (iana-if-type). */
  readonly type: string | null;
  /** False: a device of its own carries it (a card, a virtual machine's port). */
  readonly logical: boolean | null;
  readonly description: string | null;
  readonly operStatus: string | null;
  readonly adminUp: boolean | null;
  /** How often the carrier came or went. */
  readonly carrierChanges: bigint | null;
  readonly mtu: number | null;
  readonly ifindex: number | null;
  readonly speedMbps: number | null;
  /** True: it has a speed, whether that is known or not. */
  readonly ethernet: boolean;
}

/** Time a processor has spent since the boot; only differences and shares mean anything, so the unit does not matter. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

export interface MemoryReading {
  readonly physicalBytes: bigint;
  readonly freeBytes: bigint;
  readonly usedBytes: bigint;
}

export interface DiskReading {
  readonly name: string;
  /** As its maker calls it; null for partitions too. */
  readonly model: string | null;
  readonly reads: bigint;
  readonly writes: bigint;
  readonly readOctets: bigint;
  readonly writtenOctets: bigint;
}

export interface MountReading {
  readonly path: string;
  /** The disk or partition it is on; null where it is on none. */
  readonly disk: string | null;
  readonly sizeBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
}

export interface TemperatureReading {
  readonly name: string;
  readonly celsius: number;
}

/** What the machine is; does not change while it runs. */
export interface MachineReading {
  /** Without its version: `Debian GNU/Linux`. */
  readonly system: string;
  readonly systemVersion: string | null;
  readonly kernel: string;
  readonly cpuModel: string | null;
  readonly cpuCount: number;
  readonly vendor: string | null;
  readonly product: string | null;
  readonly productVersion: string | null;
  readonly serial: string | null;
}

export interface HostReading {
  readonly machine: MachineReading;
  readonly temperatures: readonly TemperatureReading[];
  readonly interfaces: readonly InterfaceReading[];
  /** By index as text, and `ALL`. */
  readonly cpus: ReadonlyMap<string, CpuTimes>;
  readonly memory: MemoryReading | null;
  readonly disks: readonly DiskReading[];
  readonly mounts: readonly MountReading[];
  /** Over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number] | null;
  readonly uptimeSeconds: number | null;
}

/** The port to the operating system. Reads are synchronous: these files are answered from memory, never from a disk. */
export interface HostReader {
  read(): HostReading;
}
