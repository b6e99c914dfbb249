/** What this machine is, from Linux: os-release(5), /proc, and the firmware's words in /sys/class/dmi (SMBIOS). */
import type { MachineReading } from './host-reading.ts';
import type { SystemFiles } from './system-files.ts';

export function readMachine(files: SystemFiles): MachineReading {
  const line = (path: string) => nonEmpty(files.text(path)?.split(/[\n\0]/)[0]);
  const release = parseOsRelease(
    files.text('/etc/os-release') ?? files.text('/usr/lib/os-release') ?? '',
  );
  const cpus = files.text('/proc/cpuinfo') ?? '';
  const dmi = (name: string) => line(`/sys/class/dmi/id/${name}`);
  return {
    system: release.get('NAME') ?? 'Linux',
    systemVersion: release.get('VERSION') ?? release.get('VERSION_ID') ?? null,
    kernel: line('/proc/sys/kernel/osrelease') ?? '',
    cpuModel: nonEmpty(/^model name\s*:(.*)$/m.exec(cpus)?.[1]),
    cpuCount: cpus.match(/^processor\s*:/gm)?.length ?? 0,
    vendor: dmi('sys_vendor'),
    // Boards without such firmware say it in the device tree.
    product: dmi('product_name') ?? line('/proc/device-tree/model'),
    productVersion: dmi('product_version'),
    // Readable for root alone on most systems; then there is none.
    serial: dmi('product_serial'),
  };
}

/** `NAME=value` lines, values quoted as in a shell. */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined) continue;
    const bare = value.replace(/^(["'])(.*)\1$/, '$2').replace(/\\([\\"'$`])/g, '$1');
    if (bare !== '') values.set(name, bare);
  }
  return values;
}

function nonEmpty(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
