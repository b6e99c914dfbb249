import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOsRelease } from '../../../simulator/host/machine.ts';
import { parseDiskstats } from '../../../simulator/host/proc-diskstats.ts';
import { parseLoadavg, parseUptimeSeconds } from '../../../simulator/host/proc-load.ts';
import { parseMeminfo } from '../../../simulator/host/proc-meminfo.ts';
import { parseMountPoints } from '../../../simulator/host/proc-mounts.ts';
import { parseNetDev } from '../../../simulator/host/proc-net-dev.ts';
import { busyPercent, parseCpuTimes } from '../../../simulator/host/proc-stat.ts';

describe('/proc/net/dev', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0:18446744073709551615 16202 1 2 0 0 0 7 1104045 9515 3 4 0 0 0 0
eth0:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
`;

  it('reads 64-bit counters exactly, also right after the colon', () => {
    expect(parseNetDev(text).get('eth0')).toEqual({
      inOctets: 18446744073709551615n,
      inPackets: 16202n,
      inErrors: 1n,
      inDiscards: 2n,
      inMulticastPackets: 7n,
      outOctets: 1104045n,
      outPackets: 9515n,
      outErrors: 3n,
      outDiscards: 4n,
    });
  });

  it('takes headings for nothing and colons in names for names', () => {
    expect([...parseNetDev(text).keys()]).toEqual(['lo', 'eth0', 'eth0:1']);
  });
});

describe('/proc/stat', () => {
  const text = `cpu  100 0 50 800 50 0 0 0 30 0
cpu0 60 0 20 400 20 0 0 0 30 0
cpu1 40 0 30 400 30 0 0 0 0 0
intr 12345 0 0
ctxt 99
btime 1700000000
`;

  it('counts idle and iowait as idle, and guest time once', () => {
    expect([...parseCpuTimes(text)]).toEqual([
      ['ALL', { busy: 150, total: 1_000 }],
      ['0', { busy: 80, total: 500 }],
      ['1', { busy: 70, total: 500 }],
    ]);
  });

  it('is a share of the time between two readings', () => {
    expect(busyPercent({ busy: 100, total: 1_000 }, { busy: 150, total: 1_200 })).toBe(25);
    expect(busyPercent({ busy: 100, total: 1_000 }, { busy: 100, total: 1_000 })).toBeNull();
    expect(busyPercent({ busy: 100, total: 1_000 }, { busy: 90, total: 1_100 })).toBeNull();
  });
});

it('reads /proc/meminfo with what is available as free', () => {
  const text = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n';
  expect(parseMeminfo(text)).toEqual({
    physicalBytes: 1_024_000n,
    freeBytes: 409_600n,
    usedBytes: 614_400n,
  });
  expect(parseMeminfo('MemFree: 100 kB\n')).toBeNull();
});

it('reads used disks from /proc/diskstats, in octets', () => {
  const text = `   7       0 loop0 5 0 5 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 253       0 zram0 5 0 5 0 5 0 0 0 0 0 0
 254       0 vda 77408 15075 7490634 38994 28734 56203 5037024 13873 0 11472 54031
 254      16 vdb 0 0 0 0 0 0 0 0 0 0 0
`;
  expect(parseDiskstats(text)).toEqual([
    {
      name: 'vda',
      model: null,
      reads: 77_408n,
      writes: 28_734n,
      readOctets: 7_490_634n * 512n,
      writtenOctets: 5_037_024n * 512n,
    },
  ]);
});

it('reads mount points of real file systems, each once', () => {
  const text = `proc /proc proc rw 0 0
overlay / overlay rw 0 0
/dev/vda /etc/hosts ext4 rw 0 0
/dev/vda /data ext4 rw 0 0
/dev/vdb /mnt/my\\040disk xfs rw 0 0
overlay /var/lib/docker/overlay2/1/merged overlay rw 0 0
`;
  expect(parseMountPoints(text)).toEqual([
    { path: '/', source: 'overlay' },
    { path: '/data', source: '/dev/vda' },
    { path: '/mnt/my disk', source: '/dev/vdb' },
  ]);
});

it.each([
  ['NAME="Debian GNU/Linux"\nVERSION="12 (bookworm)"\n', 'Debian GNU/Linux', '12 (bookworm)'],
  ["NAME='Alpine Linux'\nVERSION_ID=3.20.0\n", 'Alpine Linux', undefined],
  ['# a comment\nNAME=Fedora\nVERSION="\\"40\\""\n', 'Fedora', '"40"'],
  ['VERSION=""\n', undefined, undefined],
])('reads os-release %j', (text, name, version) => {
  const release = parseOsRelease(text);
  expect([release.get('NAME'), release.get('VERSION')]).toEqual([name, version]);
});

it('reads load and uptime', () => {
  expect(parseLoadavg('0.08 0.04 1.01 2/90 7986\n')).toEqual([0.08, 0.04, 1.01]);
  expect(parseLoadavg('')).toBeNull();
  expect(parseUptimeSeconds('1901.02 3637.95\n')).toBe(1901.02);
  expect(parseUptimeSeconds('')).toBeNull();
});

it('makes nothing of nonsense, and does not throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseNetDev(text).size).toBe(0);
      expect(parseCpuTimes(text).size).toBe(0);
      expect(parseMeminfo(text)).toBeNull();
      expect(parseMountPoints(text)).toEqual([]);
    }),
  );
});
