/** The cpu lines of /proc/stat (proc_stat(5)): user nice system idle iowait irq softirq steal, in clock ticks. */
import type { CpuTimes } from './host-reading.ts';

/** By index as text; the line of all processors is `ALL`. Guest time is part of user time already and not added. */
export function parseCpuTimes(text: string): Map<string, CpuTimes> {
  const cpus = new Map<string, CpuTimes>();
  for (const line of text.split('\n')) {
    const match = /^cpu(\d*)\s+([\d ]+)$/.exec(line.trimEnd());
    if (match === null) continue;
    const fields = match[2]!.trim().split(/\s+/).slice(0, 8).map(Number);
    const total = fields.reduce((sum, ticks) => sum + ticks, 0);
    const idle = (fields[3] ?? 0) + (fields[4] ?? 0);
    cpus.set(match[1] === '' ? 'ALL' : match[1]!, { busy: total - idle, total });
  }
  return cpus;
}

/** Whole percent busy between two readings; null when no time has passed or a counter went back. */
export function busyPercent(before: CpuTimes, after: CpuTimes): number | null {
  const total = after.total - before.total;
  const busy = after.busy - before.busy;
  if (total <= 0 || busy < 0) return null;
  return Math.min(100, Math.round((busy / total) * 100));
}
