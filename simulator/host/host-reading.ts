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
  readonly operStatus: string | null;
  readonly adminUp: boolean | null;
  readonly mtu: number | null;
  readonly ifindex: number | null;
  readonly speedMbps: number | null;
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
  readonly reads: bigint;
  readonly writes: bigint;
  readonly readOctets: bigint;
  readonly writtenOctets: bigint;
}

export interface MountReading {
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly availableBytes: bigint;
  readonly usedBytes: bigint;
}

export interface HostReading {
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
