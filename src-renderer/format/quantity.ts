/** Values with units as people read them. A rate is the stored unit per second times the unit's factor: octets → bits/s. */
import type { ShownAs } from '../../core/query/measure.ts';
import { units, type Unit, type UnitFacts } from '../../core/telemetry/unit.ts';

/** What numbers are: in the unit, in the unit per second, in the unit per bucket, or samples. */
export type Shown = ShownAs;

export interface Quantity {
  readonly number: string;
  /** Prefix and unit, for example `Gb/s`; empty for plain numbers below 1,000. */
  readonly unit: string;
}

const siPrefixes = [
  { factor: 1e15, prefix: 'P' },
  { factor: 1e12, prefix: 'T' },
  { factor: 1e9, prefix: 'G' },
  { factor: 1e6, prefix: 'M' },
  { factor: 1e3, prefix: 'k' },
] as const;

/** The number on screen for a stored one. */
export function toScreen(stored: number, unit: Unit, shown: Shown): number {
  switch (shown) {
    case 'value':
    case 'increase':
      return stored * units[unit].factor;
    case 'rate':
      return stored * units[unit].rateFactor;
    case 'count':
      return stored;
    default:
      return shown satisfies never;
  }
}

export function symbolOf(unit: Unit, shown: Shown): string {
  const facts: UnitFacts = units[unit];
  switch (shown) {
    case 'value':
    case 'increase':
      return facts.symbol;
    case 'rate':
      return facts.rateSymbol;
    case 'count':
      return 'samples';
    default:
      return shown satisfies never;
  }
}

/** How numbers so shown are scaled: samples always can be, everything else as its unit can. */
export function prefixOf(unit: Unit, shown: Shown): UnitFacts['prefix'] {
  return shown === 'count' ? 'si' : units[unit].prefix;
}

/** Below this a number says no more than that there was something; exponents would only be misread. */
const least = 0.001;

/** Three significant digits, without trailing zeros after the point; the point never moves the unit away. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < least) return value > 0 ? `< ${least}` : `> −${least}`;
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 0.01 ? value.toFixed(2) : value.toPrecision(2);
}

/** Formats a number already on screen scale. */
export function formatScreenValue(value: number, unit: Unit, shown: Shown): Quantity {
  if (!Number.isFinite(value)) return { number: '–', unit: '' };
  const symbol = symbolOf(unit, shown);
  if (shown === 'count' && Number.isInteger(value) && Math.abs(value) < 1e6)
    return { number: formatCount(value), unit: symbol };
  const scaled = prefixOf(unit, shown) === 'none' ? undefined : scaleSi(value);
  if (scaled === undefined) return { number: digits(value), unit: symbol };
  // Words stand apart from the prefix: `1.21 k packets`.
  const gap = /^[a-z]{3}/.test(symbol) ? ' ' : '';
  return { number: digits(value / scaled.factor), unit: `${scaled.prefix}${gap}${symbol}` };
}

function scaleSi(value: number): (typeof siPrefixes)[number] | undefined {
  // 999.95 already rounds to 1,000.
  return siPrefixes.find(({ factor }) => Math.abs(value) >= factor * 0.9995);
}

export function formatQuantity(stored: number, unit: Unit, shown: Shown): Quantity {
  return formatScreenValue(toScreen(stored, unit, shown), unit, shown);
}

export function quantityText({ number, unit }: Quantity): string {
  return unit === '' ? number : `${number} ${unit}`;
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Counts: whole, in groups of three. */
export function formatCount(value: number): string {
  return grouped.format(value);
}
