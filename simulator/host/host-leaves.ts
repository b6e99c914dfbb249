/**
 * A reading as leaves: path to value. OpenConfig where it has a place for the fact (interfaces, cpus, memory, mount
 * points, components, boot-time); reads and writes of disks and load averages have none and stand at paths of the same
 * style.
 */
import type { LeafValue } from '../../core/telemetry/value.ts';
import type { LeafTraits } from '../models/leaf-set.ts';
import { fraction, text, timeticks, truth, uint } from '../models/leaf-value.ts';
import type { CpuTimes, HostReading, InterfaceReading, MachineReading } from './host-reading.ts';
import { busyPercent } from './proc-stat.ts';

export interface HostLeaf {
  readonly path: string;
  readonly value: LeafValue;
  readonly traits: LeafTraits;
}

const counter: LeafTraits = { change: 'sampled', integerBits: 64 };
const gauge: LeafTraits = { change: 'sampled', integerBits: 32 };
const state: LeafTraits = { change: 'on-change', integerBits: 32 };
const longState: LeafTraits = { change: 'on-change', integerBits: 64 };
const megabyte = 10n ** 6n;

const componentState = '/components/component[name=*]/state';
const diskCounters = '/components/component[name=*]/storage/state/counters';

/** What some machine has and another has not: a disk, a sensor, a maker's name, a port with a speed. */
export const hostPaths: readonly string[] = [
  ...['mfg-name', 'model-name', 'part-no', 'serial-no', 'hardware-version'].map(
    (fact) => `${componentState}/${fact}`,
  ),
  `${componentState}/temperature/instant`,
  ...['reads', 'writes', 'read-octets', 'written-octets'].map((one) => `${diskCounters}/${one}`),
  ...['name', 'storage-component', 'size', 'available', 'utilized'].map(
    (one) => `/system/mount-points/mount-point[name=*]/state/${one}`,
  ),
  '/interfaces/interface[name=*]/ethernet/state/port-speed',
];

export interface HostMoment {
  readonly hostname: string;
  readonly reading: HostReading;
  /** The reading before this one, for shares of time; null at the start, when they count from the boot. */
  readonly previous: HostReading | null;
  /** ms since the epoch; null when the system does not tell. */
  readonly bootedAtMs: number | null;
}

export function hostLeaves(moment: HostMoment): HostLeaf[] {
  const { reading, previous } = moment;
  return [
    ...systemLeaves(moment),
    ...machineLeaves(reading.machine),
    ...temperatureLeaves(reading),
    ...reading.interfaces.flatMap(interfaceLeaves),
    ...cpuLeaves(reading.cpus, previous?.cpus ?? new Map()),
    ...memoryLeaves(reading),
    ...diskLeaves(reading),
    ...mountLeaves(reading),
  ];
}

function systemLeaves({ hostname, bootedAtMs, reading }: HostMoment): HostLeaf[] {
  const { system, systemVersion, kernel } = reading.machine;
  const version = [[system, systemVersion].filter(Boolean).join(' '), kernel && `kernel ${kernel}`];
  const leaves = [
    leaf('/system/state/hostname', text(hostname), state),
    leaf('/system/state/software-version', text(version.filter(Boolean).join(', ')), state),
  ];
  if (reading.uptimeSeconds !== null) {
    const upNs = BigInt(Math.round(reading.uptimeSeconds * 1_000)) * 1_000_000n;
    leaves.push(leaf('/system/state/up-time', uint(upNs), counter));
  }
  if (bootedAtMs !== null) {
    leaves.push(leaf('/system/state/boot-time', timeticks(bootedAtMs), longState));
  }
  for (const [at, name] of ['one-minute', 'five-minutes', 'fifteen-minutes'].entries()) {
    const value = reading.load?.[at];
    if (value !== undefined)
      leaves.push(leaf(`/system/load/state/${name}`, fraction(value), gauge));
  }
  return leaves;
}

/** Chassis, operating system and processors as openconfig-platform's components; what nobody tells is left out. */
function machineLeaves(machine: MachineReading): HostLeaf[] {
  const { system, systemVersion, kernel, cpuModel, cpuCount, vendor, product } = machine;
  const processors = `${cpuCount} processor${cpuCount === 1 ? '' : 's'}`;
  const described = product ?? (cpuModel === null ? null : `${cpuModel}, ${processors}`);
  return [
    ...component('Chassis', 'CHASSIS', {
      'mfg-name': vendor,
      'model-name': product,
      'part-no': product,
      'serial-no': machine.serial,
      'hardware-version': machine.productVersion,
      description: described,
    }),
    ...component('Operating system', 'OPERATING_SYSTEM', {
      description: system,
      'software-version': systemVersion ?? (kernel === '' ? null : kernel),
    }),
    ...component('CPU', 'CPU', {
      description: cpuModel === null ? processors : `${cpuModel}, ${processors}`,
    }),
  ];
}

function component(
  name: string,
  type: string,
  facts: Readonly<Record<string, string | null>>,
): HostLeaf[] {
  const base = `/components/component[name=${escapeKey(name)}]/state`;
  const all = { name, type: `openconfig-platform-types:${type}`, ...facts };
  return Object.entries(all).flatMap(([fact, value]) =>
    value === null ? [] : [leaf(`${base}/${fact}`, text(value), state)],
  );
}

function temperatureLeaves({ temperatures }: HostReading): HostLeaf[] {
  return temperatures.flatMap(({ name, celsius }) => [
    ...component(name, 'SENSOR', {}),
    leaf(
      `/components/component[name=${escapeKey(name)}]/state/temperature/instant`,
      fraction(celsius),
      gauge,
    ),
  ]);
}

function interfaceLeaves(one: InterfaceReading): HostLeaf[] {
  const base = `/interfaces/interface[name=${escapeKey(one.name)}]/state`;
  const leaves = [leaf(`${base}/name`, text(one.name), state)];
  const add = (name: string, value: LeafValue | null, traits: LeafTraits) => {
    if (value !== null) leaves.push(leaf(`${base}/${name}`, value, traits));
  };
  add('type', one.type === null ? null : text(one.type), state);
  add('logical', one.logical === null ? null : truth(one.logical), state);
  add('description', one.description === null ? null : text(one.description), state);
  add('oper-status', one.operStatus === null ? null : text(one.operStatus), state);
  add('admin-status', one.adminUp === null ? null : text(one.adminUp ? 'UP' : 'DOWN'), state);
  add('mtu', one.mtu === null ? null : uint(one.mtu), state);
  add('ifindex', one.ifindex === null ? null : uint(one.ifindex), state);
  if (one.ethernet) {
    const path = `/interfaces/interface[name=${escapeKey(one.name)}]/ethernet/state/port-speed`;
    leaves.push(leaf(path, text(speedIdentity(one.speedMbps)), state));
  }
  const { counters, carrierChanges } = one;
  if (carrierChanges !== null) add('counters/carrier-transitions', uint(carrierChanges), counter);
  if (counters === null) return leaves;
  add('counters/in-octets', uint(counters.inOctets), counter);
  add('counters/out-octets', uint(counters.outOctets), counter);
  add('counters/in-pkts', uint(counters.inPackets), counter);
  add('counters/out-pkts', uint(counters.outPackets), counter);
  add('counters/in-multicast-pkts', uint(counters.inMulticastPackets), counter);
  add('counters/in-errors', uint(counters.inErrors), counter);
  add('counters/out-errors', uint(counters.outErrors), counter);
  add('counters/in-discards', uint(counters.inDiscards), counter);
  add('counters/out-discards', uint(counters.outDiscards), counter);
  return leaves;
}

function cpuLeaves(
  now: ReadonlyMap<string, CpuTimes>,
  before: ReadonlyMap<string, CpuTimes>,
): HostLeaf[] {
  return [...now].flatMap(([index, times]) => {
    const percent = busyPercent(before.get(index) ?? { busy: 0, total: 0 }, times);
    if (percent === null) return [];
    return [leaf(`/system/cpus/cpu[index=${index}]/state/total/instant`, uint(percent), gauge)];
  });
}

function memoryLeaves({ memory }: HostReading): HostLeaf[] {
  if (memory === null) return [];
  const base = '/system/memory/state';
  return [
    leaf(`${base}/physical`, uint(memory.physicalBytes), counter),
    leaf(`${base}/used`, uint(memory.usedBytes), counter),
    leaf(`${base}/free`, uint(memory.freeBytes), counter),
  ];
}

function diskLeaves({ disks }: HostReading): HostLeaf[] {
  return disks.flatMap((disk) => {
    const base = `/components/component[name=${escapeKey(disk.name)}]/storage/state/counters`;
    return [
      ...component(disk.name, 'STORAGE', { description: disk.model }),
      leaf(`${base}/reads`, uint(disk.reads), counter),
      leaf(`${base}/writes`, uint(disk.writes), counter),
      leaf(`${base}/read-octets`, uint(disk.readOctets), counter),
      leaf(`${base}/written-octets`, uint(disk.writtenOctets), counter),
    ];
  });
}

/** openconfig-system counts mount points in megabytes. */
function mountLeaves({ mounts }: HostReading): HostLeaf[] {
  return mounts.flatMap((mount) => {
    const base = `/system/mount-points/mount-point[name=${escapeKey(mount.path)}]/state`;
    const disk = mount.disk === null ? [] : [text(mount.disk)];
    return [
      leaf(`${base}/name`, text(mount.path), state),
      ...disk.map((name) => leaf(`${base}/storage-component`, name, state)),
      leaf(`${base}/size`, uint(mount.sizeBytes / megabyte), counter),
      leaf(`${base}/available`, uint(mount.availableBytes / megabyte), counter),
      leaf(`${base}/utilized`, uint(mount.usedBytes / megabyte), counter),
    ];
  });
}

/** SPEED_10MB … SPEED_800GB; OpenConfig has a name for round speeds only, and one for not knowing. */
function speedIdentity(mbps: number | null): string {
  if (mbps === null) return 'SPEED_UNKNOWN';
  if (mbps < 1_000) return `SPEED_${mbps}MB`;
  return mbps % 1_000 === 0 ? `SPEED_${mbps / 1_000}GB` : `SPEED_${mbps}MB`;
}

function escapeKey(value: string): string {
  return value.replace(/[\\\]]/g, '\\$&');
}

function leaf(path: string, value: LeafValue, traits: LeafTraits): HostLeaf {
  return { path, value, traits };
}
