/** Reads Linux's /proc and /sys. Where a file is missing (a container, an old kernel) its facts are missing too. */
import type {
  DiskReading,
  HostReader,
  HostReading,
  InterfaceReading,
  MountReading,
  TemperatureReading,
} from './host-reading.ts';
import { readMachine } from './machine.ts';
import { parseDiskstats } from './proc-diskstats.ts';
import { parseLoadavg, parseUptimeSeconds } from './proc-load.ts';
import { parseMeminfo } from './proc-meminfo.ts';
import { parseMountPoints } from './proc-mounts.ts';
import { parseNetDev } from './proc-net-dev.ts';
import { parseCpuTimes } from './proc-stat.ts';
import { systemFiles, type SystemFiles } from './system-files.ts';

export function linuxReader(files: SystemFiles = systemFiles): HostReader {
  const machine = readMachine(files);
  return {
    read: (): HostReading => {
      const disks = readDisks(files);
      return {
        machine,
        temperatures: readTemperatures(files),
        interfaces: readInterfaces(files),
        cpus: parseCpuTimes(files.text('/proc/stat') ?? ''),
        memory: parseMeminfo(files.text('/proc/meminfo') ?? ''),
        disks,
        mounts: readMounts(files, new Set(disks.map(({ name }) => name))),
        load: parseLoadavg(files.text('/proc/loadavg') ?? ''),
        uptimeSeconds: parseUptimeSeconds(files.text('/proc/uptime') ?? ''),
      };
    },
  };
}

function readDisks(files: SystemFiles): DiskReading[] {
  return parseDiskstats(files.text('/proc/diskstats') ?? '').map((disk) => ({
    ...disk,
    // Device files write a slash in a name as an exclamation mark here (cciss!c0d0).
    model:
      files.text(`/sys/class/block/${disk.name.replaceAll('/', '!')}/device/model`)?.trim() || null,
  }));
}

function readMounts(files: SystemFiles, disks: ReadonlySet<string>): MountReading[] {
  return parseMountPoints(files.text('/proc/mounts') ?? '').flatMap(({ path, source }) => {
    const size = files.mount(path);
    if (size === null || size.sizeBytes === 0n) return [];
    const device = source.startsWith('/dev/') ? source.slice('/dev/'.length) : '';
    return [{ path, disk: disks.has(device) ? device : null, ...size }];
  });
}

/** Thermal zones (thermal/sysfs-api.rst), in thousandths of a degree; several may be of one type. */
function readTemperatures(files: SystemFiles): TemperatureReading[] {
  const root = '/sys/class/thermal';
  return files.names(root).flatMap((zone) => {
    if (!/^thermal_zone\d+$/.test(zone)) return [];
    const milli = files.text(`${root}/${zone}/temp`)?.trim() ?? '';
    const type = files.text(`${root}/${zone}/type`)?.trim() || zone;
    if (!/^-?\d+$/.test(milli)) return [];
    return [
      { name: `${type} ${zone.slice('thermal_zone'.length)}`, celsius: Number(milli) / 1_000 },
    ];
  });
}

function readInterfaces(files: SystemFiles): InterfaceReading[] {
  const counters = parseNetDev(files.text('/proc/net/dev') ?? '');
  const names = new Set([...files.names('/sys/class/net'), ...counters.keys()]);
  return [...names].sort().map((name) => {
    const folder = `/sys/class/net/${name}`;
    const fact = (file: string) => files.text(`${folder}/${file}`)?.trim() ?? '';
    const speed = fact('speed');
    return {
      name,
      counters: counters.get(name) ?? null,
      type: typeOf(fact('type'), files.names(folder)),
      logical: fact('type') === '' ? null : !files.names(folder).includes('device'),
      description: files.text(`${folder}/ifalias`)?.trim() ?? null,
      operStatus: operStatusOf(fact('operstate')),
      adminUp: adminUpOf(fact('flags')),
      carrierChanges: countOf(fact('carrier_changes')),
      mtu: positive(fact('mtu')),
      ifindex: positive(fact('ifindex')),
      speedMbps: positive(speed),
      // Where there is no such thing as a speed the kernel refuses the file.
      ethernet: speed !== '' && fact('type') === ethernet,
    };
  });
}

/** ARPHRD_ETHER of if_arp.h. */
const ethernet = '1';

/** if_arp.h's types to IANA's; what the kernel builds on top of others has a folder that says so. */
function typeOf(arpType: string, entries: readonly string[]): string | null {
  if (arpType === '') return null;
  if (entries.includes('bridge')) return 'bridge';
  if (entries.includes('bonding')) return 'ieee8023adLag';
  if (entries.includes('phy80211')) return 'ieee80211';
  const types: Readonly<Record<string, string>> = {
    [ethernet]: 'ethernetCsmacd',
    '512': 'ppp',
    '768': 'tunnel',
    '769': 'tunnel',
    '772': 'softwareLoopback',
    '776': 'tunnel',
    '778': 'tunnel',
    '65534': 'tunnel',
  };
  return types[arpType] ?? 'other';
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

function countOf(text: string): bigint | null {
  return /^\d+$/.test(text) ? BigInt(text) : null;
}

/** The kernel writes -1 for a speed it does not know. */
function positive(text: string): number | null {
  const value = Number(text || Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : null;
}
