/** The newest values of a device, arranged for reading: one row a port, and the rest as a list. */
import type { SeriesInfo } from '../../../core/contract/query.ts';
import { formatCount, formatQuantity, quantityText } from '../../format/quantity.ts';

export interface Latest {
  readonly series: SeriesInfo;
  readonly timeMs: number;
  readonly value: number | null;
  readonly text: string | null;
}

export interface PortRow {
  readonly name: string;
  /** By the leaf's own name: `oper-status`, `in-octets`. */
  readonly leaves: ReadonlyMap<string, Latest>;
}

const portKey = 'interface/name';

/** Leaves below `/interfaces/interface[name=…]/state`, by port; subinterfaces stay out. */
export function portRows(all: readonly Latest[]): PortRow[] {
  const ports = new Map<string, Map<string, Latest>>();
  for (const latest of all) {
    const name = latest.series.keys[portKey];
    const leaf = /^\/interfaces\/interface\/state\/(?:counters\/)?([^/]+)$/.exec(
      latest.series.metric,
    )?.[1];
    if (name === undefined || leaf === undefined) continue;
    const leaves = ports.get(name) ?? new Map<string, Latest>();
    leaves.set(leaf, latest);
    ports.set(name, leaves);
  }
  return [...ports].map(([name, leaves]) => ({ name, leaves }));
}

/** A value as text with its unit; see `deviceTimeMs` for those that are times. */
export function latestText({ series, value, text }: Latest): string {
  if (text !== null) return text;
  if (value === null) return 'no value';
  if (series.kind === 'counter' && series.unit !== 'By') return formatCount(value);
  return quantityText(formatQuantity(value, series.unit, 'value'));
}

/** States in nanoseconds since the epoch (`boot-time`, `last-change`) as ms; null for everything else. */
export function deviceTimeMs({ series, value, text }: Latest): number | null {
  const isTime = series.kind === 'state' && series.unit === 'ns';
  // States are kept as text, numbers among them too.
  const ns = value ?? (text === null ? 0 : Number(text));
  return isTime && ns > 0 ? ns / 1e6 : null;
}
