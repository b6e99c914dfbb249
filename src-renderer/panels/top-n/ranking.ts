/** The rows of a top-N panel, from the newest values of its lines that are still heard. */
import type { RangeQuery, SeriesInfo } from '../../../core/contract/query.ts';
import { groupingWords } from '../../format/line-label.ts';
import { toScreen, type Shown } from '../../format/quantity.ts';
import { keysLabel, metricLabel } from '../../format/series-label.ts';
import type { Hearing } from '../../live/heard.ts';
import type { LiveSeries } from '../../live/live-series.ts';
import { styledText } from '../series-style.ts';

export interface RankedRow {
  readonly id: number;
  /** null where a row stands for more than one device. */
  readonly deviceId: SeriesInfo['deviceId'] | null;
  /** The device, or what a group has in common. */
  readonly name: string;
  readonly part: string;
  /** The port of the device it is about; null where it is about something else. */
  readonly port: string | null;
  readonly value: number;
  readonly text: string;
  /** What it was before, where that is compared with. */
  readonly earlierText: string | null;
  /** Length of the bar, 0 to 1; null for the rest, which has no place among the others. */
  readonly share: number | null;
}

export interface RankChoice {
  readonly query: Pick<RangeQuery, 'groupBy' | 'selectors'>;
  /** Of lines that do not say it themselves. */
  readonly shown: Shown;
}

/** Percentages fill their bar at 100; everything else is measured against the greatest. The rest stands last. */
export function rank(
  { lines, earlier }: Pick<Hearing, 'lines' | 'earlier'>,
  choice: RankChoice,
): RankedRow[] {
  const before = new Map(earlier.map((line) => [line.marks.earlier?.seriesId, line]));
  const rows = lines.flatMap((line) => rowOf(line, before.get(line.info.id), choice));
  const own = rows.filter(({ share }) => share !== null);
  own.sort((left, right) => right.value - left.value);
  const first = lines[0];
  const percent = first?.info.unit === '%' && shownOf(first, choice) === 'value';
  const full = percent ? 100 : Math.max(0, own[0]?.value ?? 0);
  const ranked = own.map((row) => ({
    ...row,
    share: full > 0 ? Math.min(1, Math.max(0, row.value / full)) : 0,
  }));
  return [...ranked, ...rows.filter(({ share }) => share === null)];
}

function shownOf({ marks }: LiveSeries, { shown }: RankChoice): Shown {
  return marks.shownAs ?? shown;
}

function rowOf(line: LiveSeries, before: LiveSeries | undefined, choice: RankChoice): RankedRow[] {
  const { info, marks, newest } = line;
  if (newest === null || newest.value === null) return [];
  const own = { unit: info.unit, shown: shownOf(line, choice) };
  const onScreen = (stored: number) => toScreen(stored, own.unit, own.shown);
  const then = before?.newest?.value ?? null;
  const value = onScreen(newest.value);
  return [
    {
      id: info.id,
      ...nameOf(line, choice),
      port: marks.group === undefined && !marks.other ? portOf(info) : null,
      value,
      text: styledText(value, own, '–'),
      earlierText: styledText(then === null ? null : onScreen(then), own, '–'),
    },
  ];
}

function portOf({ keys, metric }: SeriesInfo): string | null {
  return metric.startsWith('/interfaces/') ? (keys['interface/name'] ?? null) : null;
}

function nameOf(
  { info, marks }: LiveSeries,
  { query }: Pick<RankChoice, 'query'>,
): Pick<RankedRow, 'deviceId' | 'name' | 'part' | 'share'> {
  const members = `${marks.members ?? 1} series`;
  if (marks.other === true) return { deviceId: null, name: 'other', part: members, share: null };
  if (marks.group === undefined) {
    const part = keysLabel(info) || metricLabel(info);
    return { deviceId: info.deviceId, name: info.device, part, share: 0 };
  }
  const name = marks.group.label ?? `no ${groupingWords(query.groupBy)}`;
  const deviceId = query.groupBy?.by === 'device' ? info.deviceId : null;
  const part = query.selectors.length > 1 ? `${metricLabel(info)}, ${members}` : members;
  return { deviceId, name, part, share: 0 };
}

/** The heads of the columns of names and parts: `interface/name` says "Interface". */
export function headings(
  series: SeriesInfo | undefined,
  { groupBy }: Pick<RangeQuery, 'groupBy'>,
): { readonly name: string; readonly part: string } {
  if (groupBy !== undefined) return { name: capitalised(groupingWords(groupBy)), part: 'Series' };
  const key = Object.keys(series?.keys ?? {}).at(-1);
  return { name: 'Device', part: capitalised(key?.split('/')[0] ?? 'metric') };
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll('-', ' ');
}
