/** What the lines of a panel are called: series by themselves, groups by what their members share, the rest, the past. */
import type { RangeQuery, SeriesGrouping, SeriesInfo } from '../../core/contract/query.ts';
import { wholePeriods } from '../../core/query/calendar.ts';
import type { LineMarks } from '../live/live-series.ts';
import { isCalendar } from '../live/periods.ts';
import { formatDuration } from './duration.ts';
import { symbolOf } from './quantity.ts';
import { metricLabel, seriesLabel, type LabelStyle } from './series-label.ts';

export interface Line {
  readonly info: SeriesInfo;
  readonly marks: LineMarks;
}

export interface LineNaming {
  readonly style: LabelStyle;
  readonly groupBy?: SeriesGrouping | undefined;
  /** More than one thing is measured, even if only one of them happens to be there. */
  readonly severalMetrics?: boolean;
  /** What one number is of, where it was asked for by name. */
  readonly buckets?: RangeQuery['buckets'];
}

/**
 * Labels by id. Where several things are measured or two would read alike all get their metric added, and several rests
 * the unit they are in.
 */
export function lineLabels(
  lines: readonly Line[],
  naming: LineNaming,
): ReadonlyMap<number, string> {
  const now = lines.filter(({ marks }) => marks.earlier === undefined);
  const named = now.filter(({ marks }) => marks.other !== true);
  const plain = new Set(named.map((line) => plainLabel(line, naming)));
  const alike = naming.severalMetrics === true || plain.size < named.length;
  const severalRests = now.length - named.length > 1;
  const labels = new Map<number, string>();
  for (const line of now) {
    const { info, marks } = line;
    const rest = marks.other === true;
    const plainText = plainLabel(line, naming);
    const metric = metricLabel(info);
    const apart = rest ? severalRests && restUnit(line) : alike && plainText !== metric && metric;
    const text = [plainText, apart].filter(Boolean).join(' · ');
    labels.set(info.id, withMembers(text, marks.members));
  }
  for (const { info, marks } of lines) {
    if (marks.earlier === undefined) continue;
    const { offsetMs, seriesId } = marks.earlier;
    const base = labels.get(seriesId) ?? plainLabel({ info, marks }, naming);
    labels.set(info.id, `${base}, ${earlierWords(offsetMs, naming)}`);
  }
  return labels;
}

/** `7 d earlier`; of a calendar's periods the whole ones that are compared with: `1 month earlier`. */
export function earlierWords(offsetMs: number, { buckets }: Pick<RangeQuery, 'buckets'>): string {
  if (!isCalendar(buckets)) return `${formatDuration(offsetMs)} earlier`;
  const count = wholePeriods(offsetMs, buckets.by);
  return `${count} ${buckets.by}${count === 1 ? '' : 's'} earlier`;
}

/** `(whole day)`, of what stands beside a day that is not over; empty where there are no such periods. */
export function wholePeriodWords({ buckets }: Pick<RangeQuery, 'buckets'>): string {
  return isCalendar(buckets) ? `(whole ${buckets.by})` : '';
}

function plainLabel({ info, marks }: Line, { style, groupBy }: LineNaming): string {
  if (marks.other === true) return 'other';
  if (marks.group === undefined) return seriesLabel(info, style);
  return marks.group.label ?? `no ${groupingWords(groupBy)}`;
}

function restUnit({ info, marks }: Line): string {
  return symbolOf(info.unit, marks.shownAs ?? 'value') || 'numbers';
}

function withMembers(text: string, members: number | undefined): string {
  return members === undefined ? text : `${text} (${members})`;
}

/** What members of a group share, in words: `device`, `tag role`, `interface/name`. */
export function groupingWords(groupBy: SeriesGrouping | undefined): string {
  if (groupBy === undefined) return 'group';
  switch (groupBy.by) {
    case 'device':
    case 'site':
      return groupBy.by;
    case 'tag':
      return `tag ${groupBy.name}`;
    case 'key':
      return groupBy.name;
    default:
      return groupBy satisfies never;
  }
}
