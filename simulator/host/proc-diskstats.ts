/** /proc/diskstats (kernel's iostats.rst): major minor name, then counters; sectors are 512 octets whatever the disk's are. */
import type { DiskReading } from './host-reading.ts';

const sectorOctets = 512n;
/** Memory dressed up as a disk. */
const notDisks = /^(loop|ram|zram)\d/;

/** Disks and partitions that have been used since the boot. */
export function parseDiskstats(text: string): DiskReading[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [, , name, reads, , readSectors, , writes, , writtenSectors] = fields;
    if (name === undefined || writtenSectors === undefined || notDisks.test(name)) return [];
    if (reads === '0' && writes === '0') return [];
    return [
      {
        name,
        model: null,
        reads: BigInt(reads!),
        writes: BigInt(writes!),
        readOctets: BigInt(readSectors!) * sectorOctets,
        writtenOctets: BigInt(writtenSectors) * sectorOctets,
      },
    ];
  });
}
