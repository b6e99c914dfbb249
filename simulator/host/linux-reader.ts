/** Reads Linux's /proc and /sys. Where a file is missing (a container, an old kernel) its facts are missing too. */
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import type { HostReader, HostReading, InterfaceReading, MountReading } from './host-reading.ts';
import { parseDiskstats } from './proc-diskstats.ts';
import { parseLoadavg, parseUptimeSeconds } from './proc-load.ts';
import { parseMeminfo } from './proc-meminfo.ts';
import { parseMountPoints } from './proc-mounts.ts';
import { parseNetDev } from './proc-net-dev.ts';
import { parseCpuTimes } from './proc-stat.ts';

/** The few calls to the file system, so that tests can put fixtures in its place. */
export interface SystemFiles {
  /** Null when the file is missing or can't be read. */
  text(path: string): string | null;
  /** Empty when there is no such folder. */
  names(folder: string): readonly string[];
  /** Null when the mount point can't be asked. */
  mount(path: string): MountReading | null;
}

export const systemFiles: SystemFiles = {
  text: (path) => orNull(() => readFileSync(path, 'utf8')),
  names: (folder) => orNull(() => readdirSync(folder)) ?? [],
  mount: (path) =>
    orNull(() => {
      const stats = statfsSync(path, { bigint: true });
      return {
        path,
        sizeBytes: stats.blocks * stats.bsize,
        availableBytes: stats.bavail * stats.bsize,
        usedBytes: (stats.blocks - stats.bfree) * stats.bsize,
      };
    }),
};

export function linuxReader(files: SystemFiles = systemFiles): HostReader {
  return {
    read: (): HostReading => ({
      interfaces: readInterfaces(files),
      cpus: parseCpuTimes(files.text('/proc/stat') ?? ''),
      memory: parseMeminfo(files.text('/proc/meminfo') ?? ''),
      disks: parseDiskstats(files.text('/proc/diskstats') ?? ''),
      mounts: parseMountPoints(files.text('/proc/mounts') ?? '')
        .map((path) => files.mount(path))
        .filter((mount) => mount !== null && mount.sizeBytes > 0n) as MountReading[],
      load: parseLoadavg(files.text('/proc/loadavg') ?? ''),
      uptimeSeconds: parseUptimeSeconds(files.text('/proc/uptime') ?? ''),
    }),
  };
}

function readInterfaces(files: SystemFiles): InterfaceReading[] {
  const counters = parseNetDev(files.text('/proc/net/dev') ?? '');
  const names = new Set([...files.names('/sys/class/net'), ...counters.keys()]);
  return [...names].sort().map((name) => {
    const fact = (file: string) => files.text(`/sys/class/net/${name}/${file}`)?.trim() ?? '';
    return {
      name,
      counters: counters.get(name) ?? null,
      operStatus: operStatusOf(fact('operstate')),
      adminUp: adminUpOf(fact('flags')),
      mtu: positive(fact('mtu')),
      ifindex: positive(fact('ifindex')),
      speedMbps: positive(fact('speed')),
    };
  });
}

/** RFC 2863's states as the kernel writes them (operstates.rst) to OpenConfig's. */
function operStatusOf(text: string): string | null {
  if (text === 'lowerlayerdown') return 'LOWER_LAYER_DOWN';
  if (text === 'notpresent') return 'NOT_PRESENT';
  return ['up', 'down', 'testing', 'unknown', 'dormant'].includes(text) ? text.toUpperCase() : null;
}

/** Bit 0 of the interface flags is IFF_UP (netdevice(7)). */
function adminUpOf(hexFlags: string): boolean | null {
  const flags = Number(hexFlags || Number.NaN);
  return Number.isInteger(flags) ? (flags & 1) === 1 : null;
}

/** The kernel writes -1 for a speed it does not know. */
function positive(text: string): number | null {
  const value = Number(text || Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : null;
}

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}
