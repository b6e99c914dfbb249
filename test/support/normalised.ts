/** What the normaliser makes of a story told in seconds after noon; with nothing around it. */
import { zeroNormaliseCounters } from '../../collector-daemon/normalise/normalise-counters.ts';
import type { StoredLeaf } from '../../collector-daemon/normalise/leaf.ts';
import { Normaliser } from '../../collector-daemon/normalise/normaliser.ts';
import { SeriesRegistry } from '../../collector-daemon/normalise/series-registry.ts';
import type { DataTrouble } from '../../core/telemetry/data-trouble.ts';
import type {
  LeafUpdate,
  Notification,
  UpdateNotification,
} from '../../core/telemetry/notification.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';
import { leafOne } from './collection.ts';
import { pathOf } from './paths.ts';
import { RecordedSamples } from './recorded-samples.ts';

export const nowMs = Date.UTC(2026, 10, 21, 12);
export const port = '/interfaces/interface[name=Ethernet1/1]/state';
export const octets = `${port}/counters/in-octets`;
export const packets = `${port}/counters/in-pkts`;
export const status = `${port}/oper-status`;
export const mtu = `${port}/mtu`;
export const hostname = '/system/state/hostname';

export type Values = Readonly<Record<string, number | bigint | string | boolean | LeafValue>>;

export function leafValue(value: Values[string]): LeafValue {
  switch (typeof value) {
    case 'bigint':
      return { kind: 'uint', value };
    case 'number':
      return { kind: 'double', value };
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'text', value };
    default:
      return value;
  }
}

export function updates(values: Values): LeafUpdate[] {
  return Object.entries(values).map(([path, value]) => ({
    path: pathOf(path),
    value: leafValue(value),
    duplicates: 0,
  }));
}

export type UpdateParts = Partial<UpdateNotification>;

/** An update of device time `atSeconds` after noon. */
export function at(atSeconds: number, values: Values, rest: UpdateParts = {}): UpdateNotification {
  const ms = nowMs + atSeconds * 1_000;
  return {
    kind: 'update',
    timestampNs: BigInt(Math.round(ms * 1_000)) * 1_000n,
    receivedAtMs: ms + 20,
    atomicUnder: null,
    deletes: [],
    updates: updates(values),
    undecodable: 0,
    ...rest,
  };
}

/** An update that comes `second` seconds after noon from a device whose clock is so far ahead. */
export function heard(
  second: number,
  aheadSeconds: number,
  values: Values,
  rest: UpdateParts = {},
): UpdateNotification {
  const receivedAtMs = nowMs + second * 1_000;
  return at(second + aheadSeconds, values, { receivedAtMs, ...rest });
}

export const sync: Notification = { kind: 'sync', receivedAtMs: nowMs, refused: [] };
export const gap: Notification = { kind: 'gap', receivedAtMs: nowMs, reason: 'it ended' };

/** What the store knows of a leaf: its newest sample at `second`, and ends after it. */
export function stored(
  text: string,
  kind: StoredLeaf['kind'],
  second: number,
  ...endSeconds: readonly number[]
): StoredLeaf {
  const [lastTimeUs, ...endsUs] = [second, ...endSeconds].map((s) => (nowMs + s * 1_000) * 1_000);
  const unit = kind === 'counter' ? 'By' : '1';
  return { key: text, path: pathOf(text), kind, unit, lastTimeUs: lastTimeUs!, endsUs };
}

/** A sweep of what is stored, as if it were a notification. */
interface Swept {
  readonly kind: 'stored';
  readonly leaves: readonly StoredLeaf[];
  readonly second: number;
}

/** Each sync is swept at once, but for what lies under `/refused`; what may come between is the pipeline's to wait for. */
export function normalise(
  notifications: readonly (Notification | Swept)[],
  maxSeries = 1_000,
  maxEnded = 1_000,
  ticksMs?: () => number,
) {
  const registry = new SeriesRegistry();
  const samples = new RecordedSamples();
  const counters = zeroNormaliseCounters();
  const troubles: DataTrouble[] = [];
  const normaliser = new Normaliser({
    deviceId: leafOne,
    registry,
    writer: samples,
    counters,
    maxSeries,
    maxEnded,
    ticksMs,
    troubles: { noticed: (trouble) => troubles.push(trouble) },
  });
  for (const one of notifications) {
    if (one.kind === 'stored') normaliser.sweepStored(one.leaves, nowMs + one.second * 1_000);
    else normaliser.accept(one);
    if (one.kind === 'sync')
      normaliser.sweep(one.receivedAtMs, ({ elems }) => elems[0]!.name !== 'refused');
  }
  const rows = samples.rows.map((row) => ({
    path: registry.definition(row.series).path,
    second: (row.timeUs - nowMs * 1_000) / 1e6,
    ...row,
  }));
  const deltas = rows.map((row) => (row.kind === 'number' ? row.delta : row.value));
  const ends = samples.ends.map(([series, timeUs, withdrawn]) => {
    const { path } = registry.definition(series);
    return [path, (timeUs - nowMs * 1_000) / 1e6, ...(withdrawn ? ['withdrawn'] : [])];
  });
  const told = troubles.map(({ kind, value }) => `${kind}: ${value ?? ''}`);
  return { rows, deltas, ends, counters, registry, told };
}
