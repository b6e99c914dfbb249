/** Data troubles and a quarantine, invented for looking at the console. */
import type { Quarantined, Trouble } from '../../core/contract/trouble.ts';
import type { Device } from '../../core/contract/device.ts';
import type { DataTroubleKind } from '../../core/telemetry/data-trouble.ts';

const port = '/interfaces/interface[name=ethernet-1/2]';

const invented: readonly [DataTroubleKind, number, string | null, string | null, number][] = [
  ['over-limit', 12_000, `${port}/state/counters/in-octets`, null, 3_600_000],
  ['not-finite', 4_210, `${port}/optics/laser/input-power`, '-Infinity', 86_000_000],
  ['undecodable', 7, '/components/component[name=FAN1]/state/speed', null, 600_000],
  ['filtered', 118_400, `${port}/subinterfaces/subinterface[index=0]/state/mtu`, null, 40_000_000],
];

export function inventedTroubles(devices: readonly Device[], nowMs: number): Trouble[] {
  const [, other, main] = devices;
  const troubles = invented.map(([kind, count, path, value, ageMs]): Trouble => {
    const times = { firstAtMs: nowMs - ageMs, lastAtMs: nowMs - 2_000 };
    return {
      deviceId: main!.id,
      device: main!.name,
      kind,
      count,
      beganAtMs: times.firstAtMs,
      lastAtMs: times.lastAtMs,
      overAtMs: null,
      examples: [{ path, value, count, ...times }],
      node: 'col-a',
    };
  });
  const [first] = troubles;
  const over = { overAtMs: nowMs - 4_000_000, lastAtMs: nowMs - 5_000_000, examples: [] };
  return [
    ...troubles,
    { ...first!, deviceId: other!.id, device: other!.name, kind: 'clock-fault', count: 1, ...over },
    { ...first!, deviceId: other!.id, device: other!.name, kind: 'of-a-later-release', count: 3 },
  ];
}

export function inventedQuarantine(devices: readonly Device[], nowMs: number): Quarantined[] {
  return Array.from({ length: 450 }, (_, at) => {
    const { id: deviceId, name } = devices[at % 3]!;
    const nan = at % 2 === 0;
    return {
      id: 450 - at,
      deviceId,
      device: name,
      path: nan ? `${port}/optics/laser/input-power` : `${port}/state/description`,
      reason: nan ? 'not a finite number' : 'the text holds NUL',
      value: nan ? 'NaN' : `uplink\u2400${at}`,
      timeMs: nowMs - at * 60_000,
      recordedAtMs: nowMs - at * 60_000 - 30_000,
      lastAtMs: nowMs - at * 60_000,
      count: nan ? 360 : 1,
      node: 'col-a',
    };
  });
}
