import { beforeEach, describe, expect, it } from 'vitest';
import { formatPath } from '../../../core/telemetry/path.ts';
import { textOf } from '../../../core/telemetry/value.ts';
import { HostModel } from '../../../simulator/host/host-model.ts';
import { linuxReader, type SystemFiles } from '../../../simulator/host/linux-reader.ts';
import { portableReader } from '../../../simulator/host/portable-reader.ts';
import type { ModelChange } from '../../../simulator/target/device-model.ts';

const startAtMs = Date.UTC(2026, 0, 15, 12);
let texts: Map<string, string>;

const files: SystemFiles = {
  text: (path) => texts.get(path) ?? null,
  names: (folder) => (folder === '/sys/class/net' ? ['eth0'] : []),
  mount: (path) => ({
    path,
    sizeBytes: 2n ** 30n,
    availableBytes: 2n ** 29n,
    usedBytes: 2n ** 28n,
  }),
};

beforeEach(() => {
  texts = new Map([
    ['/proc/net/dev', 'eth0: 1000 10 0 0 0 0 0 0 2000 20 0 0 0 0 0 0\n'],
    ['/proc/stat', 'cpu  10 0 0 90 0 0 0 0\ncpu0 10 0 0 90 0 0 0 0\n'],
    ['/proc/meminfo', 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n'],
    ['/proc/mounts', '/dev/vda / ext4 rw 0 0\n'],
    ['/proc/uptime', '3600.5 0\n'],
    ['/sys/class/net/eth0/operstate', 'up\n'],
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
      '/system/state/up-time': '3600500000000',
      '/system/state/boot-time': `${startAtMs - 3_600_000}000000`,
      '/interfaces/interface[name=eth0]/state/name': 'eth0',
      '/interfaces/interface[name=eth0]/state/oper-status': 'UP',
      '/interfaces/interface[name=eth0]/state/admin-status': 'UP',
      '/interfaces/interface[name=eth0]/state/mtu': '1500',
      '/interfaces/interface[name=eth0]/state/counters/in-octets': '1000',
      '/interfaces/interface[name=eth0]/state/counters/out-octets': '2000',
      '/interfaces/interface[name=eth0]/state/counters/in-pkts': '10',
      '/interfaces/interface[name=eth0]/state/counters/out-pkts': '20',
      '/interfaces/interface[name=eth0]/state/counters/in-multicast-pkts': '0',
      '/interfaces/interface[name=eth0]/state/counters/in-errors': '0',
      '/interfaces/interface[name=eth0]/state/counters/out-errors': '0',
      '/interfaces/interface[name=eth0]/state/counters/in-discards': '0',
      '/interfaces/interface[name=eth0]/state/counters/out-discards': '0',
      '/system/cpus/cpu[index=ALL]/state/total/instant': '10',
      '/system/cpus/cpu[index=0]/state/total/instant': '10',
      '/system/memory/state/physical': '1024000',
      '/system/memory/state/used': '614400',
      '/system/memory/state/free': '409600',
      '/system/mount-points/mount-point[name=/]/state/size': '1024',
      '/system/mount-points/mount-point[name=/]/state/available': '512',
      '/system/mount-points/mount-point[name=/]/state/utilized': '256',
    });
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
  expect(paths).toContain('/system/cpus/cpu[index=ALL]/state/total/instant');
  expect(paths.some((path) => path.startsWith('/system/load'))).toBe(false);
});
