/** The switch itself: what it is, CPU, memory, temperatures (openconfig-system, openconfig-platform). */
import { hashText, noiseAt, unitAt } from '../random.ts';
import { addComponent, softwareVersion, switchComponents } from './inventory.ts';
import type { LeafSet } from './leaf-set.ts';
import { fraction, text, timeticks, uint } from './leaf-value.ts';

const state = { change: 'on-change' } as const;
const narrow = { integerBits: 32 } as const;
const cpuCount = 4;
const physicalBytes = 8 * 2 ** 30;
const reservedBytes = 512 * 2 ** 20;
const diskMegabytes = 30_000;
const dayMs = 86_400_000;

export interface PlatformOptions {
  readonly name: string;
  readonly seedText: string;
  /** Ports it has; the model is named after them. */
  readonly ports: number;
  readonly bootedAtMs: number;
}

export function addPlatformLeaves(
  leaves: LeafSet,
  options: PlatformOptions,
  now: () => number,
): void {
  const seed = hashText(`${options.seedText}/platform`);
  addSystemLeaves(leaves, options, now);
  addCpuLeaves(leaves, seed, now);
  addMemoryLeaves(leaves, seed, now);
  addStorageLeaves(leaves, seed, now);
  for (const component of switchComponents(options)) addComponent(leaves, component);
  for (const [component, base] of Object.entries({ Chassis: 27, ASIC: 48, CPU: 41 })) {
    const own = hashText(`${options.seedText}/${component}`);
    const path = `/components/component[name=${component}]/state/temperature/instant`;
    leaves.add(path, () => fraction(base + 6 * unitAt(own, 1) + 4 * noiseAt(own, now(), 240_000)));
  }
}

function addSystemLeaves(leaves: LeafSet, options: PlatformOptions, now: () => number): void {
  const base = '/system/state';
  leaves.add('/system/config/hostname', () => text(options.name), state);
  leaves.add(`${base}/hostname`, () => text(options.name), state);
  leaves.add(`${base}/software-version`, () => text(softwareVersion), state);
  leaves.add(`${base}/boot-time`, () => timeticks(options.bootedAtMs), state);
  leaves.add(`${base}/current-datetime`, () => text(new Date(now()).toISOString()));
}

function addCpuLeaves(leaves: LeafSet, seed: number, now: () => number): void {
  const percentOf = (index: number) => cpuPercent(seed + index, now());
  for (let index = 0; index < cpuCount; index += 1) {
    const path = `/system/cpus/cpu[index=${index}]/state/total/instant`;
    leaves.add(path, () => uint(percentOf(index)), narrow);
  }
  leaves.add(
    '/system/cpus/cpu[index=ALL]/state/total/instant',
    () => {
      let sum = 0;
      for (let index = 0; index < cpuCount; index += 1) sum += percentOf(index);
      return uint(Math.round(sum / cpuCount));
    },
    narrow,
  );
}

/** Whole percent, as OpenConfig's `percentage`: a quiet base, slow waves, and the odd busy spell. */
function cpuPercent(seed: number, nowMs: number): number {
  const busy = noiseAt(seed + 100, nowMs, 90_000) ** 6 * 60;
  const wave = 14 * noiseAt(seed, nowMs, 20_000) + 5 * noiseAt(seed + 50, nowMs, 3_000);
  return Math.round(Math.min(100, 5 + wave + busy));
}

function addMemoryLeaves(leaves: LeafSet, seed: number, now: () => number): void {
  const base = '/system/memory/state';
  const used = () => {
    const share = 0.35 + 0.1 * unitAt(seed, 7) + 0.06 * noiseAt(seed + 200, now(), 600_000);
    return Math.floor(share * physicalBytes);
  };
  leaves.add(`${base}/physical`, () => uint(physicalBytes), state);
  leaves.add(`${base}/reserved`, () => uint(reservedBytes), state);
  leaves.add(`${base}/used`, () => uint(used()));
  leaves.add(`${base}/free`, () => uint(physicalBytes - reservedBytes - used()));
}

/** OpenConfig counts mount points in megabytes; logs grow and are cut off once a day. */
function addStorageLeaves(leaves: LeafSet, seed: number, now: () => number): void {
  const base = '/system/mount-points/mount-point[name=/]/state';
  const used = () => {
    const log = 900 * ((now() % dayMs) / dayMs);
    return Math.floor(9_200 + 2_000 * unitAt(seed, 8) + log);
  };
  leaves.add(`${base}/name`, () => text('/'), state);
  leaves.add(`${base}/storage-component`, () => text('SSD'), state);
  leaves.add(`${base}/size`, () => uint(diskMegabytes));
  leaves.add(`${base}/utilized`, () => uint(used()));
  leaves.add(`${base}/available`, () => uint(diskMegabytes - used()));
  const wear = Math.floor(3 + 20 * unitAt(seed, 9));
  const counters = '/components/component[name=SSD]/storage/state/counters';
  leaves.add(`${counters}/reallocated-sectors`, () => uint(0));
  leaves.add(`${counters}/percentage-used`, () => uint(wear));
  leaves.add(`${counters}/life-left`, () => uint(100 - wear));
}
