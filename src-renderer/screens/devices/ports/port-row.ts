/** One row a port: what it is, what it does now, and whether the device still has it. Pure. */
import { toScreen } from '../../../format/quantity.ts';
import { rateNow, type PortRates, type RateLeaf } from '../../../live/port-rates.ts';
import { type Latest, leavesByPort } from '../latest/latest-values.ts';
import { allPorts } from './port-path.ts';
import { portSpeed } from './port-speed.ts';

/** What is asked for of every port. */
export const portPaths: readonly string[] = [
  'state/oper-status',
  'state/admin-status',
  'state/description',
  'ethernet/state/port-speed',
  'state/counters/in-octets',
  'state/counters/out-octets',
].map((tail) => `${allPorts}/${tail}`);

/** Per second; null where nobody knows. */
export interface Directions {
  readonly in: number | null;
  readonly out: number | null;
}

export interface PortRow {
  readonly name: string;
  readonly description: string | null;
  readonly oper: string | null;
  readonly admin: string | null;
  /** bits per second */
  readonly speedBps: number | null;
  readonly inBps: number | null;
  readonly outBps: number | null;
  readonly errors: Directions;
  readonly discards: Directions;
  readonly inTotal: Latest | null;
  readonly outTotal: Latest | null;
  /** Since when the device no longer has it. */
  readonly goneSinceMs: number | null;
}

export function portRows(
  all: readonly Latest[],
  rates: PortRates,
  nowMs: number,
): readonly PortRow[] {
  return [...leavesByPort(all)].map(([name, leaves]) => {
    const goneSinceMs = goneSince([...leaves.values()]);
    // The last rates of a port that is no more are nobody's rates now.
    const own = goneSinceMs === null ? rates.get(name) : undefined;
    const rate = (leaf: RateLeaf) => rateNow(own?.[leaf], nowMs);
    const bits = (leaf: RateLeaf) => orNull(rate(leaf), (value) => toScreen(value, 'By', 'rate'));
    const living = (leaf: string) => {
      const latest = leaves.get(leaf);
      return latest === undefined || latest.endedAtMs != null ? null : latest.text;
    };
    return {
      name,
      description: living('description') || null,
      oper: living('oper-status'),
      admin: living('admin-status'),
      speedBps: portSpeed(living('port-speed')),
      inBps: bits('in-octets'),
      outBps: bits('out-octets'),
      errors: { in: rate('in-errors'), out: rate('out-errors') },
      discards: { in: rate('in-discards'), out: rate('out-discards') },
      inTotal: leaves.get('in-octets') ?? null,
      outTotal: leaves.get('out-octets') ?? null,
      goneSinceMs,
    };
  });
}

/** The last leaf to go takes the port with it. */
function goneSince(leaves: readonly Latest[]): number | null {
  const ends = leaves.map(({ endedAtMs }) => endedAtMs ?? null);
  return ends.reduce<number | null>(
    (last, end) => (last === null || end === null ? null : Math.max(last, end)),
    Number.NEGATIVE_INFINITY,
  );
}

function orNull(value: number | null, make: (value: number) => number): number | null {
  return value === null ? null : make(value);
}

/** In and out; one of them unknown leaves the other. */
export function together(both: Directions): number | null {
  return both.in === null ? both.out : both.in + (both.out ?? 0);
}

/** Share of the port's speed in percent; null where either is not known. */
export function utilisation(bps: number | null, speedBps: number | null): number | null {
  return bps === null || speedBps === null || speedBps === 0 ? null : (bps / speedBps) * 100;
}

/** Every word must occur in the port's name, description or state. */
export function filterPorts(rows: readonly PortRow[], text: string): readonly PortRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ name, description, oper, goneSinceMs }) => {
    const state = goneSinceMs === null ? oper : 'gone';
    const all = [name, description, state].join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
