import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatPath } from '../../../core/telemetry/path.ts';
import { textOf } from '../../../core/telemetry/value.ts';
import { HostModel } from '../../../simulator/host/host-model.ts';
import { linuxReader } from '../../../simulator/host/linux-reader.ts';
import { portableReader } from '../../../simulator/host/portable-reader.ts';
import type { SystemFiles } from '../../../simulator/host/system-files.ts';
import type { ModelChange } from '../../../simulator/target/device-model.ts';

const startAtMs = Date.UTC(2026, 0, 15, 12);
let texts: Map<string, string>;

const folders: Readonly<Record<string, readonly string[]>> = {
  '/sys/class/net': ['eth0', 'lo'],
  '/sys/class/net/eth0': ['device', 'mtu'],
  '/sys/class/thermal': ['cooling_device0', 'thermal_zone0'],
};

const files: SystemFiles = {
  text: (path) => texts.get(path) ?? null,
  names: (folder) => folders[folder] ?? [],
  mount: () => ({
    sizeBytes: 1_999_999_999n,
    availableBytes: 1_000_000_000n,
    usedBytes: 500_000_000n,
  }),
};

beforeEach(() => {
  texts = new Map([
    ['/etc/os-release', 'NAME="Debian GNU/Linux"\nVERSION="12 (bookworm)"\n'],
    ['/proc/sys/kernel/osrelease', '6.1.0\n'],
    ['/proc/cpuinfo', 'processor : 0\nmodel name : Epic 7\nprocessor : 1\nmodel name : Epic 7\n'],
    ['/sys/class/dmi/id/sys_vendor', 'Acme\n'],
    ['/sys/class/dmi/id/product_name', 'Box 1\n'],
    ['/proc/diskstats', ' 254 0 vda 7 0 8 0 9 0 10 0 0 0 0\n'],
    ['/sys/class/block/vda/device/model', 'QEMU disk  \n'],
    ['/sys/class/thermal/thermal_zone0/type', 'cpu-thermal\n'],
    ['/sys/class/thermal/thermal_zone0/temp', '41250\n'],
    ['/proc/net/dev', 'eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n'],
    ['/proc/stat', 'cpu  10 0 0 90 0 0 0 0\ncpu0 10 0 0 90 0 0 0 0\n'],
    ['/proc/meminfo', 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n'],
    ['/proc/mounts', '/dev/vda / ext4 rw 0 0\n'],
    ['/proc/uptime', '3600.5 0\n'],
    ['/sys/class/net/eth0/operstate', 'up\n'],
    ['/sys/class/net/eth0/type', '1\n'],
    ['/sys/class/net/eth0/carrier_changes', '3\n'],
    ['/sys/class/net/eth0/ifalias', 'to the core\n'],
    ['/sys/class/net/lo/operstate', 'unknown\n'],
    ['/sys/class/net/lo/flags', '0x9\n'],
    ['/sys/class/net/lo/type', '772\n'],
    ['/sys/class/net/eth0/flags', '0x1003\n'],
    ['/sys/class/net/eth0/speed', '-1\n'],
    ['/sys/class/net/eth0/mtu', '1500\n'],
  ]);
});

function makeModel(): HostModel {
  return new HostModel({ reader: linuxReader(files), hostname: 'noc-1', startAtMs });
}

function valuesOf(model: HostModel): Record<string, string> {
  return Object.fromEntries(
    [...model.leaves()].map((leaf) => [formatPath(leaf.path), textOf(leaf.read())]),
  );
}

describe('on Linux', () => {
  it('serves what the kernel tells, and nothing it does not', () => {
    expect(valuesOf(makeModel())).toEqual({
      '/system/state/hostname': 'noc-1',
      '/system/state/software-version': 'Debian GNU/Linux 12 (bookworm), kernel 6.1.0',
      '/system/state/up-time': '3600500000000',
      '/system/state/boot-time': `${startAtMs - 3_600_000}000000`,
      '/components/component[name=Chassis]/state/name': 'Chassis',
      '/components/component[name=Chassis]/state/type': 'openconfig-platform-types:CHASSIS',
      '/components/component[name=Chassis]/state/mfg-name': 'Acme',
      '/components/component[name=Chassis]/state/model-name': 'Box 1',
      '/components/component[name=Chassis]/state/part-no': 'Box 1',
      '/components/component[name=Chassis]/state/description': 'Box 1',
      '/components/component[name=Operating system]/state/name': 'Operating system',
      '/components/component[name=Operating system]/state/type':
        'openconfig-platform-types:OPERATING_SYSTEM',
      '/components/component[name=Operating system]/state/description': 'Debian GNU/Linux',
      '/components/component[name=Operating system]/state/software-version': '12 (bookworm)',
      '/components/component[name=CPU]/state/name': 'CPU',
      '/components/component[name=CPU]/state/type': 'openconfig-platform-types:CPU',
      '/components/component[name=CPU]/state/description': 'Epic 7, 2 processors',
      '/components/component[name=cpu-thermal 0]/state/name': 'cpu-thermal 0',
      '/components/component[name=cpu-thermal 0]/state/type': 'openconfig-platform-types:SENSOR',
      '/components/component[name=cpu-thermal 0]/state/temperature/instant': '41.25',
      '/interfaces/interface[name=eth0]/state/name': 'eth0',
      '/interfaces/interface[name=eth0]/state/type': 'ethernetCsmacd',
      '/interfaces/interface[name=eth0]/state/logical': 'false',
      '/interfaces/interface[name=eth0]/state/description': 'to the core',
      '/interfaces/interface[name=eth0]/state/oper-status': 'UP',
      '/interfaces/interface[name=eth0]/state/admin-status': 'UP',
      '/interfaces/interface[name=eth0]/state/mtu': '1500',
      '/interfaces/interface[name=eth0]/ethernet/state/port-speed': 'SPEED_UNKNOWN',
      '/interfaces/interface[name=eth0]/state/counters/carrier-transitions': '3',
      '/interfaces/interface[name=eth0]/state/counters/in-octets': '1000',
      '/interfaces/interface[name=eth0]/state/counters/out-octets': '2000',
      '/interfaces/interface[name=eth0]/state/counters/in-pkts': '10',
      '/interfaces/interface[name=eth0]/state/counters/out-pkts': '20',
      '/interfaces/interface[name=eth0]/state/counters/in-multicast-pkts': '0',
      '/interfaces/interface[name=eth0]/state/counters/in-errors': '0',
      '/interfaces/interface[name=eth0]/state/counters/out-errors': '0',
      '/interfaces/interface[name=eth0]/state/counters/in-discards': '0',
      '/interfaces/interface[name=eth0]/state/counters/out-discards': '0',
      '/interfaces/interface[name=lo]/state/name': 'lo',
      '/interfaces/interface[name=lo]/state/type': 'softwareLoopback',
      '/interfaces/interface[name=lo]/state/logical': 'true',
      '/interfaces/interface[name=lo]/state/oper-status': 'UNKNOWN',
      '/interfaces/interface[name=lo]/state/admin-status': 'UP',
      '/system/cpus/cpu[index=ALL]/state/total/instant': '10',
      '/system/cpus/cpu[index=0]/state/total/instant': '10',
      '/system/memory/state/physical': '1024000',
      '/system/memory/state/used': '614400',
      '/system/memory/state/free': '409600',
      '/components/component[name=vda]/state/name': 'vda',
      '/components/component[name=vda]/state/type': 'openconfig-platform-types:STORAGE',
      '/components/component[name=vda]/state/description': 'QEMU disk',
      '/components/component[name=vda]/storage/state/counters/reads': '7',
      '/components/component[name=vda]/storage/state/counters/writes': '9',
      '/components/component[name=vda]/storage/state/counters/read-octets': '4096',
      '/components/component[name=vda]/storage/state/counters/written-octets': '5120',
      '/system/mount-points/mount-point[name=/]/state/name': '/',
      '/system/mount-points/mount-point[name=/]/state/storage-component': 'vda',
      '/system/mount-points/mount-point[name=/]/state/size': '1999',
      '/system/mount-points/mount-point[name=/]/state/available': '1000',
      '/system/mount-points/mount-point[name=/]/state/utilized': '500',
    });
  });

  it.each([
    ['up', 'UP'],
    ['down', 'DOWN'],
    ['unknown', 'UNKNOWN'],
    ['dormant', 'DORMANT'],
    ['testing', 'TESTING'],
    ['notpresent', 'NOT_PRESENT'],
    ['lowerlayerdown', 'LOWER_LAYER_DOWN'],
    ['on fire', undefined],
  ])('takes the state %s for %s', (operstate, expected) => {
    texts.set('/sys/class/net/eth0/operstate', `${operstate}\n`);
    const path = '/interfaces/interface[name=eth0]/state/oper-status';
    expect(valuesOf(makeModel())[path]).toBe(expected);
  });

  it.each([
    ['100', 'SPEED_100MB'],
    ['2500', 'SPEED_2500MB'],
    ['25000', 'SPEED_25GB'],
    ['-1', 'SPEED_UNKNOWN'],
    ['', undefined],
  ])('takes the speed %j for %s', (speed, expected) => {
    texts.set('/sys/class/net/eth0/speed', speed);
    const path = '/interfaces/interface[name=eth0]/ethernet/state/port-speed';
    expect(valuesOf(makeModel())[path]).toBe(expected);
  });

  it('reads again with every tick; cpu is the share since the last one', () => {
    const model = makeModel();
    texts.set('/proc/net/dev', 'eth0: 9007199254740993 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n');
    texts.set('/proc/stat', 'cpu  60 0 0 140 0 0 0 0\n');
    model.tick(startAtMs + 1_000);
    const values = valuesOf(model);
    expect(values['/interfaces/interface[name=eth0]/state/counters/in-octets']).toBe(
      '9007199254740993',
    );
    expect(values['/system/cpus/cpu[index=ALL]/state/total/instant']).toBe('50');
  });

  it('announces a changed state, and the delete of what is gone', () => {
    const model = makeModel();
    const changes: ModelChange[] = [];
    model.onChange((change) => changes.push(change));
    texts.set('/sys/class/net/eth0/operstate', 'down\n');
    texts.delete('/proc/meminfo');
    model.tick(startAtMs + 1_000);
    const told = changes.map((change) =>
      change.kind === 'set'
        ? `set ${formatPath(change.leaf.path)} ${textOf(change.leaf.read())}`
        : `delete ${formatPath(change.path)}`,
    );
    expect(told).toContain('set /interfaces/interface[name=eth0]/state/oper-status DOWN');
    expect(told).toContain('delete /system/memory/state/physical');
  });
});

it('serves no counters elsewhere, but what Node knows', () => {
  const model = new HostModel({ reader: portableReader('win32'), hostname: 'noc-1', startAtMs });
  const paths = Object.keys(valuesOf(model));
  expect(paths.filter((path) => path.includes('/counters/'))).toEqual([]);
  expect(paths).toContain('/system/memory/state/physical');
  expect(paths).toContain(
    `/system/mount-points/mount-point[name=${path.parse(process.cwd()).root}]/state/size`,
  );
  expect(paths).toContain('/system/cpus/cpu[index=ALL]/state/total/instant');
  expect(paths.some((path) => path.startsWith('/system/load'))).toBe(false);
});
