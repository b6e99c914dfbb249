import type { FaultScript } from './fault.ts';

/** Something to look at every few minutes: an uplink of the first leaf flaps, and one of its server ports counts errors. */
export function demoScript(fabric: {
  readonly leaf: string;
  readonly uplink: string;
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
    ],
  };
}
