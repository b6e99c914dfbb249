/** The panel dialog's fields as typed, and their way into the panel of a dashboard document. */
import { rangeQuery, type Bucketing, type RangeQuery } from '../../../../core/contract/query.ts';
import type { Panel } from '../../../../core/dashboard/document.ts';
import type { FillMode } from '../../../../core/query/fill.ts';
import type { Across, PercentileOf, QueryFunction } from '../../../../core/query/measure.ts';
import { parseDuration } from '../../../../core/query/time-range.ts';
import { ok, refuse, type Result } from '../../../../core/result.ts';

export interface PanelForm {
  readonly title: string;
  readonly function: QueryFunction;
  readonly percentile: string;
  readonly percentileOf: 'samples' | PercentileOf;
  /** What one number is of; `width` is a piece of the panel's width. */
  readonly buckets: 'width' | Bucketing['by'];
  /** Of calendar buckets; empty for that of the site. */
  readonly timeZone: string;
  readonly groupBy: 'nothing' | 'device' | 'site' | 'tag' | 'key';
  readonly groupName: string;
  readonly across: Across;
  readonly top: string;
  readonly other: boolean;
  readonly fill: 'as-measured' | FillMode;
  /** How long before; empty for no comparison. */
  readonly earlier: string;
}

export type PanelField = keyof PanelForm;
export type PanelProblems = Partial<Readonly<Record<PanelField, string>>>;

export function formOfPanel({ title, query }: Panel): PanelForm {
  const { groupBy, buckets } = query;
  return {
    title,
    function: query.function,
    percentile: String(query.percentile ?? 95),
    percentileOf: query.percentileOf ?? 'samples',
    buckets: buckets?.by ?? 'width',
    timeZone: (buckets !== undefined && buckets.by !== 'range' && buckets.timeZone) || '',
    groupBy: groupBy?.by ?? 'nothing',
    groupName: groupBy !== undefined && 'name' in groupBy ? groupBy.name : '',
    across: query.across ?? 'sum',
    top: query.top === undefined ? '' : String(query.top),
    other: query.other ?? false,
    fill: query.fill ?? 'as-measured',
    earlier: query.offsetMs === undefined ? '' : durationText(query.offsetMs),
  };
}

const durations = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** As `parseDuration` reads it; what it cannot read stands in ms, and stays as long as nobody changes it. */
function durationText(ms: number): string {
  const found = durations.find(([, size]) => ms % size === 0);
  return found === undefined ? `${ms} ms` : `${ms / found[1]}${found[0]}`;
}

/** Buckets can be empty only where there are buckets: with one number each, or in groups. */
export function hasBuckets({ function: name, groupBy, buckets }: PanelForm): boolean {
  return (name !== 'value' && name !== 'rate') || groupBy !== 'nothing' || buckets !== 'width';
}

/** One number for the whole range is no course over time; a panel that has it keeps it until something else is chosen. */
export function offersBuckets(
  value: PanelForm['buckets'],
  { form, draft }: { form: Pick<PanelForm, 'buckets'>; draft: Pick<Panel, 'kind'> },
): boolean {
  return value !== 'range' || draft.kind !== 'time-series' || form.buckets === 'range';
}

/** Buckets of a calendar, which is one of some time zone. */
export function hasTimeZone({ buckets }: PanelForm): boolean {
  return buckets !== 'width' && buckets !== 'range';
}

const sentences: PanelProblems = {
  title: 'Give the panel a title of at most 255 characters.',
  percentile: 'The percentile is a number from 0 to 100, for example 95 or 99.9.',
  timeZone: 'Give an IANA time zone such as Europe/Berlin, or leave it empty for that of the site.',
  top: 'Give a whole number from 1 to 100, or leave it empty for all.',
  earlier: 'Give a duration such as 1h, 1d or 7d, or leave it empty to compare with nothing.',
};

const nameSentences: Partial<Record<PanelForm['groupBy'], string>> = {
  tag: 'Say which tag, for example role.',
  key: 'Say which key with its element, for example interface/name.',
};

/** Fields of the contract's query, and the fields of the form they come from. */
const formFields: Readonly<Record<string, PanelField>> = {
  percentile: 'percentile',
  top: 'top',
  groupBy: 'groupName',
  buckets: 'timeZone',
  offsetMs: 'earlier',
};

/** The panel as the form wants it; what the form does not show (paths, options, place) stays as it is. */
export function parsePanelForm(form: PanelForm, panel: Panel): Result<Panel, PanelProblems> {
  const problems: Partial<Record<PanelField, string>> = {};
  const title = form.title.trim();
  if (title === '' || title.length > 255) problems.title = sentences.title!;
  const checked = rangeQuery.safeParse(queryOf(form, panel));
  for (const { path } of checked.error?.issues ?? []) {
    const field = formFields[String(path[0])] ?? 'function';
    problems[field] ??= nameSentenceOr(field, form);
  }
  if (Object.keys(problems).length > 0 || checked.data === undefined) return refuse(problems);
  return ok({ ...panel, title, query: checked.data });
}

function nameSentenceOr(field: PanelField, form: PanelForm): string {
  const own = field === 'groupName' ? nameSentences[form.groupBy] : sentences[field];
  return own ?? 'This cannot be asked so.';
}

const shown = [
  'function',
  'percentile',
  'percentileOf',
  'buckets',
  'top',
  'other',
  'groupBy',
  'across',
  'fill',
  'offsetMs',
];

/** What a query asks beyond the fields of the form. */
function notShown(query: RangeQuery): Pick<RangeQuery, 'selectors'> {
  const kept = Object.entries(query).filter(([key]) => !shown.includes(key));
  return { ...Object.fromEntries(kept), selectors: query.selectors };
}

function percentileIn({
  function: name,
  percentile,
  percentileOf,
}: PanelForm): Pick<RangeQuery, 'percentile' | 'percentileOf'> {
  if (name !== 'percentile') return {};
  return {
    percentile: numberIn(percentile),
    ...(percentileOf === 'samples' ? {} : { percentileOf }),
  };
}

function bucketsOf({ buckets, timeZone }: PanelForm): Pick<RangeQuery, 'buckets'> {
  if (buckets === 'width') return {};
  if (buckets === 'range') return { buckets: { by: buckets } };
  const zone = timeZone.trim();
  return { buckets: { by: buckets, ...(zone === '' ? {} : { timeZone: zone }) } };
}

/** Numbers that cannot be read become NaN, which the contract's schema refuses. */
function queryOf(form: PanelForm, panel: Panel): RangeQuery {
  return {
    ...notShown(panel.query),
    function: form.function,
    ...percentileIn(form),
    ...bucketsOf(form),
    ...(form.top.trim() === ''
      ? {}
      : { top: numberIn(form.top), ...(form.other && { other: true }) }),
    ...groupingOf(form),
    ...(hasBuckets(form) && form.fill !== 'as-measured' ? { fill: form.fill } : {}),
    ...offsetOf(form, panel),
  };
}

function groupingOf({
  groupBy,
  groupName,
  across,
}: PanelForm): Pick<RangeQuery, 'groupBy' | 'across'> {
  switch (groupBy) {
    case 'nothing':
      return {};
    case 'device':
    case 'site':
      return { groupBy: { by: groupBy }, across };
    case 'tag':
    case 'key':
      return { groupBy: { by: groupBy, name: groupName.trim() }, across };
    default:
      return groupBy satisfies never;
  }
}

function offsetOf(form: PanelForm, panel: Panel): Pick<RangeQuery, 'offsetMs'> {
  if (form.earlier.trim() === '') return {};
  const before = panel.query.offsetMs;
  if (before !== undefined && form.earlier === durationText(before)) return { offsetMs: before };
  const duration = parseDuration(form.earlier);
  return { offsetMs: duration.ok ? duration.value : Number.NaN };
}

function numberIn(text: string): number {
  return /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}
