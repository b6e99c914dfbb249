/** Devices and telemetry made up for the console's tests: smooth, moving, and the same at every asking. */
import type { Device, SessionStatus } from '../../core/contract/device.ts';
import type { Query, QueryResult, SeriesInfo } from '../../core/contract/query.ts';
import type { DeviceId, EndpointId, SeriesId } from '../../core/id.ts';

export const inventedNames = ['spine-01', 'spine-02', 'leaf-01', 'leaf-02', 'leaf-03', 'leaf-04'];

export function inventedId<Id extends string>(kind: number, index: number): Id {
  return `0190000${kind}-0000-7000-8000-${String(index).padStart(12, '0')}` as Id;
}

export function inventedSession(index: number, nowMs: number): SessionStatus {
  const broken = index === 3;
  return {
    state: broken ? 'backing-off' : 'streaming',
    sinceMs: nowMs - (index + 1) * 3_700_000,
    node: broken ? null : `col-${'abc'[index % 3]}`,
    synced: !broken,
    lastError: broken ? 'TLS: certificate has expired (leaf-02.fra.example, 2026-11-19)' : null,
    lastErrorAtMs: broken ? nowMs - 42_000 : null,
    connects: broken ? 14 : 1,
    updatesTotal: 1_200_000 + index * 7_000,
    updatesPerSecond: broken ? 0 : 410 + Math.sin(nowMs / 4_000 + index) * 35,
    lastUpdateAtMs: broken ? nowMs - 320_000 : nowMs - 300,
    lagMs: broken ? null : 40 + index * 11,
    target: broken
      ? null
      : {
          protocol: 'gnmi',
          gnmiVersion: '0.10.0',
          encodings: ['JSON_IETF', 'PROTO'],
          models: 42,
        },
  };
}

export function inventedDevice(index: number, nowMs: number): Device {
  const name = inventedNames[index] ?? `device-${index}`;
  const endpoint = {
    protocol: 'gnmi',
    address: `10.0.7.${index + 1}`,
    port: 57_400,
    tlsMode: 'verified',
    tlsName: null,
    hasCredential: true,
    requestTarget: null,
    maxMessageBytes: null,
  } as const;
  const session = inventedSession(index, nowMs);
  return {
    id: inventedId<DeviceId>(1, index),
    name,
    site: index % 2 === 0 ? 'fra-1' : 'fra-2',
    platform: name.startsWith('spine') ? 'SR Linux' : 'EOS',
    model: name.startsWith('spine') ? '7220 IXR-D3L' : 'DCS-7050SX3',
    serial: `NS${1_000 + index}`,
    factSources: { platform: 'reported', model: 'reported', serial: 'entered' },
    reported: {
      platform: name.startsWith('spine') ? 'SR Linux' : 'EOS',
      vendor: null,
      model: name.startsWith('spine') ? '7220 IXR-D3L' : 'DCS-7050SX3',
      serial: null,
      hardwareVersion: null,
      softwareVersion: '24.10.2',
      hostname: name,
      bootedAtMs: nowMs - 86_400_000 * 40,
    },
    tags: { role: name.split('-')[0] ?? 'leaf' },
    adminState: index === 5 ? 'maintenance' : 'active',
    endpoint,
    session,
    endpoints: [{ ...endpoint, id: inventedId<EndpointId>(5, index), asked: null, session }],
    createdAtMs: nowMs - 86_400_000 * 12,
    retiredAtMs: null,
  };
}

interface Leaf {
  readonly tail: string;
  readonly unit: SeriesInfo['unit'];
  readonly kind: SeriesInfo['kind'];
  readonly level: number;
}

const portLeaves: readonly Leaf[] = [
  { tail: 'in-octets', unit: 'By', kind: 'counter', level: 5e9 },
  { tail: 'out-octets', unit: 'By', kind: 'counter', level: 4e9 },
  { tail: 'in-errors', unit: '{error}', kind: 'counter', level: 3 },
];

function portSeries(device: number, port: number, leaf: number): SeriesInfo {
  const { tail, unit, kind } = portLeaves[leaf]!;
  const name = `ethernet-1/${port + 1}`;
  return {
    id: (device * 100 + port * 10 + leaf + 1) as SeriesId,
    deviceId: inventedId<DeviceId>(1, device),
    device: inventedNames[device]!,
    path: `/interfaces/interface[name=${name}]/state/counters/${tail}`,
    metric: `/interfaces/interface/state/counters/${tail}`,
    keys: { 'interface/name': name },
    kind,
    unit,
  };
}

function cpuSeries(device: number): SeriesInfo {
  return {
    id: (9_000 + device) as SeriesId,
    deviceId: inventedId<DeviceId>(1, device),
    device: inventedNames[device]!,
    path: '/system/cpus/cpu[index=ALL]/state/total/instant',
    metric: '/system/cpus/cpu/state/total/instant',
    keys: { 'cpu/index': 'ALL' },
    kind: 'gauge',
    unit: '%',
  };
}

export const allSeries: readonly SeriesInfo[] = inventedNames.flatMap((_, device) => [
  cpuSeries(device),
  ...[0, 1].flatMap((port) => [0, 1, 2].map((leaf) => portSeries(device, port, leaf))),
]);

/** Good enough for tests: the last words of the path and the devices decide. */
export function selectSeries({ selectors, top }: Pick<Query, 'selectors' | 'top'>): SeriesInfo[] {
  const found = allSeries.filter((series) =>
    selectors.some(({ path, deviceIds, devices }) => {
      const wanted = path.replaceAll(/\[[^\]]*\]/g, '');
      const inPath = series.metric === wanted || series.metric.startsWith(`${wanted}/`);
      const byId = deviceIds === undefined || deviceIds.includes(series.deviceId);
      const byName =
        devices === undefined ||
        devices.some((name) => new RegExp(`^${name.replaceAll('*', '.*')}$`).test(series.device));
      return inPath && byId && byName;
    }),
  );
  return found
    .toSorted((left, right) => levelOf(right) - levelOf(left))
    .slice(0, top ?? found.length);
}

function levelOf(series: SeriesInfo): number {
  // One device without a single error.
  if (series.device === 'spine-01' && series.unit === '{error}') return 0;
  const tail = series.metric.split('/').at(-1);
  const level = portLeaves.find((leaf) => leaf.tail === tail)?.level ?? 50;
  return level * (0.4 + ((series.id * 37) % 60) / 100);
}

export function valueAt(series: SeriesInfo, timeMs: number): number {
  const level = levelOf(series);
  const slow = Math.sin(timeMs / 260_000 + series.id) * 0.22;
  const fast = Math.sin(timeMs / 9_000 + series.id * 3) * 0.05;
  const noise = Math.sin(timeMs * 12.9898 + series.id * 78.233) * 0.03;
  return Math.max(0, level * (1 + slow + fast + noise));
}

export function answer(
  query: Pick<Query, 'selectors' | 'top'>,
  range: { fromMs: number; toMs: number; widthPx: number },
): QueryResult {
  const selected = selectSeries(query);
  const stepMs = Math.max(1_000, Math.ceil((range.toMs - range.fromMs) / range.widthPx));
  const series = selected.map((info) => {
    const timesMs: number[] = [];
    const values: (number | null)[] = [];
    for (
      let timeMs = Math.ceil(range.fromMs / stepMs) * stepMs;
      timeMs < range.toMs;
      timeMs += stepMs
    ) {
      const hole = info.device === 'spine-02' && Math.floor(timeMs / 60_000) % 9 === 4;
      timesMs.push(timeMs);
      values.push(hole ? null : valueAt(info, timeMs));
    }
    return { series: info, timesMs, values };
  });
  return {
    series,
    seriesTotal: selectSeries({ selectors: query.selectors }).length,
    fromMs: range.fromMs,
    toMs: range.toMs,
    bucketMs: stepMs > 1_000 ? stepMs : 0,
    asOfMs: range.toMs,
  };
}
