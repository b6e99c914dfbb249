/** /proc/net/dev (proc_pid_net(5)): two heading lines, then `name:` and sixteen counters, eight in each direction. */
import type { InterfaceCounters } from './host-reading.ts';

export function parseNetDev(text: string): Map<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of text.split('\n')) {
    // A name may hold colons itself (eth0:1); the last one before the counters ends it.
    const match = /^\s*(\S+):\s*((?:\d+\s*){16,})$/.exec(line);
    if (match === null) continue;
    const fields = match[2]!.trim().split(/\s+/).map(BigInt);
    interfaces.set(match[1]!, {
      inOctets: fields[0]!,
      inPackets: fields[1]!,
      inErrors: fields[2]!,
      inDiscards: fields[3]!,
      inMulticastPackets: fields[7]!,
      outOctets: fields[8]!,
      outPackets: fields[9]!,
      outErrors: fields[10]!,
      outDiscards: fields[11]!,
    });
  }
  return interfaces;
}
