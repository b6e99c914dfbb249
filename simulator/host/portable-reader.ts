/**
 * Reads what Node tells on every system: processors, memory, uptime, one file system, names of interfaces. No counters,
 * so none are served.
 */
import {
  cpus,
  freemem,
  loadavg,
  networkInterfaces,
  release,
  totalmem,
  type,
  uptime,
} from 'node:os';
import path from 'node:path';
import type {
  CpuTimes,
  HostReader,
  InterfaceReading,
  MachineReading,
  MountReading,
} from './host-reading.ts';
import { systemFiles } from './system-files.ts';

export function portableReader(platform: NodeJS.Platform = process.platform): HostReader {
  const machine = readMachine();
  return {
    read: () => ({
      machine,
      temperatures: [],
      interfaces: Object.keys(networkInterfaces()).map(nameOnly),
      cpus: readCpus(),
      memory: {
        physicalBytes: BigInt(totalmem()),
        freeBytes: BigInt(freemem()),
        usedBytes: BigInt(totalmem() - freemem()),
      },
      disks: [],
      mounts: readRoot(),
      // Windows has no load average and Node answers zeros for it.
      load: platform === 'win32' ? null : (loadavg() as [number, number, number]),
      uptimeSeconds: uptime(),
    }),
  };
}

/** The file system this program runs on; Node lists no others. */
function readRoot(): MountReading[] {
  const { root } = path.parse(process.cwd());
  const size = systemFiles.mount(root);
  return size === null ? [] : [{ path: root, disk: null, ...size }];
}

/** Node lists the interfaces that are up and have an address; it says no more about them. */
function nameOnly(name: string): InterfaceReading {
  return {
    name,
    counters: null,
    type: null,
    logical: null,
    description: null,
    operStatus: null,
    adminUp: null,
    carrierChanges: null,
    mtu: null,
    ifindex: null,
    speedMbps: null,
    ethernet: false,
  };
}

function readMachine(): MachineReading {
  return {
    system: type(),
    systemVersion: null,
    kernel: release(),
    cpuModel: cpus()[0]?.model.trim() || null,
    cpuCount: cpus().length,
    vendor: null,
    product: null,
    productVersion: null,
    serial: null,
  };
}

function readCpus(): Map<string, CpuTimes> {
  const times = new Map<string, CpuTimes>();
  const all = { busy: 0, total: 0 };
  for (const [index, { times: spent }] of cpus().entries()) {
    const total = spent.user + spent.nice + spent.sys + spent.idle + spent.irq;
    const one = { busy: total - spent.idle, total };
    times.set(String(index), one);
    all.busy += one.busy;
    all.total += one.total;
  }
  if (times.size > 0) times.set('ALL', all);
  return times;
}
