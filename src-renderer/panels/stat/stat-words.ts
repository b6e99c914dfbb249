/** A stat's numbers in words: the number itself, and how it stands against what was before. */
import type { StatPanel } from '../../../core/dashboard/document.ts';
import { earlierWords, wholePeriodWords } from '../../format/line-label.ts';
import {
  formatCount,
  formatScreenValue,
  quantityText,
  type Quantity,
} from '../../format/quantity.ts';
import { changeText, type Reduce } from './reduce-series.ts';
import type { StatReading } from './stat-reading.ts';

type Numbers = Pick<StatReading, 'unit' | 'shown'> & { readonly reduce: Reduce };

export function quantityOf(value: number | null, { reduce, unit, shown }: Numbers): Quantity {
  if (reduce === 'count') return { number: formatCount(value ?? 0), unit: '' };
  return value === null ? { number: '–', unit: '' } : formatScreenValue(value, unit, shown);
}

/** `+12 % · 4.00 TB 1 day earlier`; a period that still runs is no match for a whole one. Empty where nothing is to say. */
export function comparisonText(
  reading: Omit<StatReading, 'rows' | 'silence'>,
  { query, options: { reduce } }: Pick<StatPanel, 'query' | 'options'>,
): string {
  const { value, before, partial, running, unit, shown } = reading;
  if (value === null) return '';
  const soFar = running ? 'so far' : '';
  if (query.offsetMs === undefined) return soFar;
  const earlier = earlierWords(query.offsetMs, query);
  if (before === null) return [soFar, `nothing known ${earlier}`].filter(Boolean).join(' · ');
  const then = `${quantityText(quantityOf(before, { reduce, unit, shown }))} ${earlier}`;
  if (running) return `so far · ${then} ${wholePeriodWords(query)}`.trimEnd();
  return [partial ? '' : changeText(value, before), then].filter(Boolean).join(' · ');
}
