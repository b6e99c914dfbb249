/** The host target over a socket against this machine's own files: the same reading is given to both. */
import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { HostModel } from '../../../simulator/host/host-model.ts';
import { linuxReader } from '../../../simulator/host/linux-reader.ts';
import { systemFiles, type SystemFiles } from '../../../simulator/host/system-files.ts';
import { ManualTimer } from '../../../simulator/manual-timer.ts';
import { startTarget } from '../../../simulator/target/target.ts';
import { GnmiClient } from '../gnmi-client.ts';
import { leavesOf, type PlainValue } from '../wire-leaves.ts';

const onLinux = process.platform === 'linux';
if (!onLinux) console.warn('SKIPPED: this system has no /proc to compare the host target with');

const startAtMs = Date.UTC(2026, 0, 15, 12);

/** Reads each file once and keeps it, so that counters stand still between the two who look. */
function frozenFiles(): SystemFiles {
  const texts = new Map<string, string | null>();
  const sizes = new Map<string, ReturnType<SystemFiles['mount']>>();
  return {
    text(path) {
      if (!texts.has(path)) texts.set(path, systemFiles.text(path));
      return texts.get(path)!;
    },
    names: (folder) => systemFiles.names(folder),
    mount(path) {
      if (!sizes.has(path)) sizes.set(path, systemFiles.mount(path));
      return sizes.get(path)!;
    },
  };
}

async function servedLeaves(files: SystemFiles): Promise<Map<string, PlainValue>> {
  const model = new HostModel({ reader: linuxReader(files), hostname: hostname(), startAtMs });
  await using target = await startTarget({ model, timer: new ManualTimer(startAtMs), port: 0 });
  using client = new GnmiClient(target.port);
  return leavesOf((await client.get(['/'])).notification);
}

/** Lines of a file as words; a name may stand right before its colon. */
function words(files: SystemFiles, path: string): string[][] {
  return (files.text(path) ?? '')
    .split('\n')
    .map((line) => line.replace(/:/, ' ').trim().split(/\s+/))
    .filter(([first]) => first !== '');
}

it.skipIf(!onLinux)('every interface has the counters of /proc/net/dev', async () => {
  const files = frozenFiles();
  const leaves = await servedLeaves(files);
  const lines = words(files, '/proc/net/dev').filter((line) => line.length === 17);
  expect(lines.length).toBeGreaterThan(0);
  for (const [name, ...counts] of lines) {
    const base = `/interfaces/interface[name=${name}]/state`;
    const served = (leaf: string) => leaves.get(`${base}/counters/${leaf}`);
    const columns = {
      'in-octets': 0,
      'in-pkts': 1,
      'in-errors': 2,
      'in-discards': 3,
      'in-multicast-pkts': 7,
      'out-octets': 8,
      'out-pkts': 9,
      'out-errors': 10,
      'out-discards': 11,
    };
    for (const [leaf, column] of Object.entries(columns)) {
      expect([name, leaf, served(leaf)]).toEqual([name, leaf, BigInt(counts[column]!)]);
    }
    const changes = files.text(`/sys/class/net/${name}/carrier_changes`)?.trim();
    expect(String(served('carrier-transitions'))).toBe(changes);
    const operstate = files.text(`/sys/class/net/${name}/operstate`)?.trim();
    expect(leaves.get(`${base}/oper-status`)).toBe(operstate?.toUpperCase());
  }
});

it.skipIf(!onLinux)('memory, disks and file systems are those of the kernel', async () => {
  const files = frozenFiles();
  const leaves = await servedLeaves(files);
  const memory = new Map(words(files, '/proc/meminfo').map(([name, kib]) => [name, kib]));
  expect(leaves.get('/system/memory/state/physical')).toBe(
    BigInt(memory.get('MemTotal')!) * 1_024n,
  );
  expect(leaves.get('/system/memory/state/free')).toBe(
    BigInt(memory.get('MemAvailable')!) * 1_024n,
  );
  const disks = [...leaves.keys()].flatMap(
    (path) => /component\[name=([^\]]+)\]\/storage\/state\/counters\/reads$/.exec(path)?.[1] ?? [],
  );
  for (const [, , name, reads, , sectorsRead, , writes, , sectorsWritten] of words(
    files,
    '/proc/diskstats',
  ).filter(([, , disk]) => disks.includes(disk!))) {
    const counter = (leaf: string) =>
      leaves.get(`/components/component[name=${name}]/storage/state/counters/${leaf}`);
    expect(counter('reads')).toBe(BigInt(reads!));
    expect(counter('writes')).toBe(BigInt(writes!));
    expect(counter('read-octets')).toBe(BigInt(sectorsRead!) * 512n);
    expect(counter('written-octets')).toBe(BigInt(sectorsWritten!) * 512n);
  }
  const mounts = [...leaves].flatMap(([path, size]) => {
    const [, mount] = /mount-point\[name=(.+)\]\/state\/size$/.exec(path) ?? [];
    return mount === undefined ? [] : [{ mount, size }];
  });
  // None on a machine that runs from memory alone.
  for (const { mount, size } of mounts) {
    expect(size).toBe(files.mount(mount)!.sizeBytes / 1_000_000n);
  }
});

it.skipIf(!onLinux)(
  'its processors are as many as /proc/stat has, each between 0 and 100 %',
  async () => {
    const files = frozenFiles();
    const leaves = await servedLeaves(files);
    const served = [...leaves].filter(([path]) => path.startsWith('/system/cpus/'));
    const lines = words(files, '/proc/stat').filter(([name]) => name!.startsWith('cpu'));
    expect(served).toHaveLength(lines.length);
    for (const [, percent] of served) {
      expect(Number(percent)).toBeGreaterThanOrEqual(0);
      expect(Number(percent)).toBeLessThanOrEqual(100);
    }
  },
);

it('does not refuse what this machine merely lacks, but what it has no place for', async () => {
  const model = new HostModel({
    reader: linuxReader({ text: () => null, names: () => [], mount: () => null }),
    hostname: 'bare',
    startAtMs,
  });
  await using target = await startTarget({ model, timer: new ManualTimer(startAtMs), port: 0 });
  const check = (path: string) => () =>
    target.state.schema.check({
      origin: '',
      elems: path.split('/').map((name) => ({ name, keys: {} })),
    });
  expect(check('system/mount-points/mount-point/state')).not.toThrow();
  expect(check('components/component/state/serial-no')).not.toThrow();
  expect(check('components/component/state/temperature')).not.toThrow();
  expect(check('lldp/interfaces')).toThrow(/"lldp" is unknown/);
});
