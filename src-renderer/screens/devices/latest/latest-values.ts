/** The newest values of a device, arranged for reading: by port, and the rest as a list. */
import type { SeriesInfo } from '../../../../core/contract/query.ts';
import { units } from '../../../../core/telemetry/unit.ts';
import { formatCount, formatQuantity, quantityText } from '../../../format/quantity.ts';

export interface Latest {
  readonly series: SeriesInfo;
  readonly timeMs: number;
  readonly value: number | null;
  readonly text: string | null;
  /** Since when the device no longer has the leaf. */
  readonly endedAtMs?: number | null;
}

const portKey = 'interface/name';

/** Leaves of ports by the port's name and their own (`oper-status`, `in-octets`); subinterfaces stay out. */
export function leavesByPort(
  all: readonly Latest[],
): ReadonlyMap<string, ReadonlyMap<string, Latest>> {
  const ports = new Map<string, Map<string, Latest>>();
  for (const latest of all) {
    const name = latest.series.keys[portKey];
    const leaf = /^\/interfaces\/interface\/(?:ethernet\/)?state\/(?:counters\/)?([^/]+)$/.exec(
      latest.series.metric,
    )?.[1];
    if (name === undefined || leaf === undefined) continue;
    const leaves = ports.get(name) ?? new Map<string, Latest>();
    leaves.set(leaf, latest);
    ports.set(name, leaves);
  }
  return ports;
}

/** A value as text with its unit; see `deviceTimeMs` for those that are times. */
export function latestText({ series, value, text }: Latest): string {
  if (text !== null) return text;
  if (value === null) return 'no value';
  const { dimension } = units[series.unit];
  if (series.kind === 'counter' && dimension !== 'information') return formatCount(value);
  return quantityText(formatQuantity(value, series.unit, 'value'));
}

/** States in nanoseconds since the epoch (`boot-time`, `last-change`) as ms; null for everything else. */
export function deviceTimeMs({ series, value, text }: Latest): number | null {
  const isTime = series.kind === 'state' && series.unit === 'ns';
  // States are kept as text, numbers among them too.
  const ns = value ?? (text === null ? 0 : Number(text));
  return isTime && ns > 0 ? ns / 1e6 : null;
}
