import type { FaultScript } from './fault.ts';

/**
 * Something to look at every few minutes: an uplink of the first leaf flaps, one of its server ports counts errors, and
 * the last leaf cannot be reached for a while.
 */
export function demoScript(fabric: {
  readonly leaf: string;
  readonly uplink: string;
  readonly lastLeaf: string;
}): FaultScript {
  const device = fabric.leaf;
  return {
    faults: [
      {
        afterMs: 60_000,
        everyMs: 240_000,
        fault: { kind: 'link-flap', device, port: fabric.uplink, downMs: 25_000 },
      },
      {
        afterMs: 120_000,
        everyMs: 300_000,
        fault: {
          kind: 'error-burst',
          device,
          port: 'Ethernet1/3',
          durationMs: 45_000,
          perSecond: 120,
        },
      },
      {
        afterMs: 210_000,
        everyMs: 600_000,
        fault: { kind: 'disconnect', device: fabric.lastLeaf, durationMs: 20_000 },
      },
    ],
  };
}
