/** Says what the numbers stand for where that is not plain from what was asked. Pure. */
import type { QueryResult, RangeQuery } from '../../core/contract/query.ts';
import type { Calendar } from '../../core/query/calendar.ts';
import { percentileWindowMs, reductionOf } from '../../core/query/measure.ts';
import { tierMs, type RollupTier, type Tier } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Line } from './line.ts';

const means: Readonly<Record<RollupTier, string>> = {
  '1m': '1-minute means',
  '1h': 'hourly means',
  '1d': 'daily means',
};

const names: Readonly<Record<RollupTier, string>> = { '1m': 'minute', '1h': 'hour', '1d': 'day' };

const windows = { '1m': '1-minute means', '5m': '5-minute means' } as const;

const rowBounds: Readonly<Record<RollupTier, string>> = {
  '1m': 'minute',
  '1h': 'hour',
  '1d': 'midnight of UTC',
};

export interface Answered {
  readonly lines: readonly Line[];
  readonly query: Pick<RangeQuery, 'function' | 'percentileOf'>;
  readonly tier: Tier;
  /** Bounds of the calendar were moved to those of this tier's rows. */
  readonly roundedTo?: RollupTier | undefined;
  readonly calendar?: Calendar | undefined;
  /** What the tier's rows do not show yet. */
  readonly stale?: TimeRange | null;
}

export function answerNote(answered: Answered): Pick<QueryResult, 'note'> {
  const sentences = [
    percentileNote(answered),
    powerNote(answered),
    calendarNote(answered),
    staleNote(answered),
    classNote(answered),
  ];
  const note = sentences.filter((one) => one !== '').join(' ');
  return note === '' ? {} : { note };
}

function percentileNote({ query, tier, lines }: Answered): string {
  const { percentileOf } = query;
  if (query.function !== 'percentile') return '';
  if (percentileOf === undefined)
    return tier === 'raw'
      ? ''
      : `Percentiles here are of ${means[tier]}: single samples are not read that far.`;
  const of = `Percentiles are of ${windows[percentileOf]}${ofGroups(lines)}`;
  return tier !== 'raw' && tierMs[tier] > percentileWindowMs[percentileOf]
    ? `${of}, and of ${means[tier]} where nothing finer is read.`
    : `${of}.`;
}

function ofGroups(lines: readonly Line[]): string {
  const groups = lines.filter(({ marks }) => marks.group ?? marks.other);
  if (groups.length === 0) return '';
  const sums = groups.every(({ across }) => across === 'sum');
  return sums ? ' of the sum of a group' : ' of a group together';
}

function powerNote({ lines, query, tier }: Answered): string {
  const inMilliwatts = lines.some(
    ({ average, marks }) =>
      average === 'milliwatt' && (query.function === 'avg' || marks.group || marks.other),
  );
  return tier !== 'raw' && reductionOf(query.function) === 'avg' && inMilliwatts
    ? `Power levels here are averaged in mW from ${means[tier]} in dBm.`
    : '';
}

function calendarNote({ calendar, roundedTo }: Answered): string {
  return calendar === undefined || roundedTo === undefined
    ? ''
    : `Where only coarser rows are left, each ${calendar.unit} of ${calendar.timeZone} begins at the nearest ${rowBounds[roundedTo]}.`;
}

function staleNote({ stale, tier }: Answered): string {
  if (stale === undefined || stale === null || tier === 'raw') return '';
  const text = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return `Samples of ${text(stale.fromMs)} to ${text(stale.toMs)} UTC came late, and are not in these rows of a ${names[tier]} yet.`;
}

/** A leaf that became of another kind or unit is one line all the same. */
function classNote({ lines, query }: Answered): string {
  const changed = lines.flatMap(({ members }) => members.filter(({ parts }) => parts.length > 0));
  if (changed.length === 0) return '';
  const what = changed.length === 1 ? `${changed[0]!.path} was` : `${changed.length} series were`;
  const rates = query.function === 'rate' || query.function === 'increase';
  const rest = rates ? '; rates are there where it was counted' : '';
  return `${what} stored with another type or unit before: the parts are shown as one${rest}.`;
}
