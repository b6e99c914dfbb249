/** What the lines of a panel are called: series by themselves, groups by what their members share, the rest, the past. */
import type { SeriesGrouping, SeriesInfo } from '../../core/contract/query.ts';
import type { LineMarks } from '../live/live-series.ts';
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
    const apart = rest ? severalRests && restUnit(line) : alike && metricLabel(info);
    const text = [plainLabel(line, naming), apart].filter(Boolean).join(' · ');
    labels.set(info.id, withMembers(text, marks.members));
  }
  for (const { info, marks } of lines) {
    if (marks.earlier === undefined) continue;
    const { offsetMs, seriesId } = marks.earlier;
    const base = labels.get(seriesId) ?? plainLabel({ info, marks }, naming);
    labels.set(info.id, `${base}, ${earlierWords(offsetMs)}`);
  }
  return labels;
}

export function earlierWords(offsetMs: number): string {
  return `${formatDuration(offsetMs)} earlier`;
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
