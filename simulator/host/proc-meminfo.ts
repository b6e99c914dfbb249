/** /proc/meminfo (proc_meminfo(5)): `Name: value kB`, where kB means 1024 bytes. */
import type { MemoryReading } from './host-reading.ts';

/** `free` is what programs can still have (MemAvailable); null when the file does not say. */
export function parseMeminfo(text: string): MemoryReading | null {
  const bytesOf = (name: string): bigint | null => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
    return match === null ? null : BigInt(match[1]!) * 1_024n;
  };
  const physicalBytes = bytesOf('MemTotal');
  const freeBytes = bytesOf('MemAvailable') ?? bytesOf('MemFree');
  if (physicalBytes === null || freeBytes === null) return null;
  return { physicalBytes, freeBytes, usedBytes: physicalBytes - freeBytes };
}
