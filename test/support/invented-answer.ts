/** The invented network asked more than values: groups, the rest of a top-N, earlier periods, outages, coarser tiers. */
import {
  firstDerivedId,
  type KnownGap,
  type QueryResult,
  type RangeQuery,
  type SeriesInfo,
  type SeriesPoints,
} from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import { measureOf, shownAsOf } from '../../core/query/measure.ts';
import { answer, inventedDevice, inventedNames } from './invented-network.ts';

type Asked = RangeQuery & { fromMs: number; toMs: number; widthPx: number };

export function answerRange(asked: Asked): QueryResult {
  const { top, ...all } = asked;
  const plain = answer(all, asked);
  const lines = asked.groupBy === undefined ? plain.series : grouped(plain.series, asked);
  const marked: SeriesPoints[] = lines.map((line) => ({
    ...line,
    shownAs: shownAsOf(asked.function, measureOf(asked.function, line.series.kind) ?? 'value'),
  }));
  const shown = marked.toSorted((one, two) => meanOf(two) - meanOf(one));
  const rest = shown.splice(top ?? shown.length);
  if (asked.other === true && rest.length > 0) shown.push(otherOf(rest));
  const earlier = asked.offsetMs === undefined ? [] : shown.map(earlierOf(asked.offsetMs));
  const coarse = asked.toMs - asked.fromMs >= 3 * 3_600_000;
  return {
    ...plain,
    series: [...shown, ...earlier],
    seriesTotal: lines.length,
    bucketMs: plain.bucketMs || 1_000,
    gaps: gapsOf(asked, plain.series),
    tier: coarse ? '1m' : 'raw',
    ...(coarse && asked.function === 'percentile'
      ? { note: 'Percentiles here are of 1-minute means.' }
      : {}),
  };
}

function grouped(lines: readonly SeriesPoints[], { groupBy }: Asked): SeriesPoints[] {
  const groups = Map.groupBy(lines, ({ series }) =>
    JSON.stringify([labelOf(series, groupBy), series.metric]),
  );
  return [...groups.values()].map((members, at) => {
    const label = labelOf(members[0]!.series, groupBy);
    return {
      ...summed(members, firstDerivedId + at, label ?? 'none'),
      group: { label },
      members: members.length,
    };
  });
}

function labelOf(series: SeriesInfo, groupBy: Asked['groupBy']): string | null {
  const device = inventedDevice(inventedNames.indexOf(series.device), 0);
  switch (groupBy?.by) {
    case 'device':
      return series.device;
    case 'site':
      return device.site;
    case 'tag':
      return device.tags[groupBy.name] ?? null;
    case 'key':
      return series.keys[groupBy.name] ?? null;
    default:
      return null;
  }
}

function summed(members: readonly SeriesPoints[], id: number, name: string): SeriesPoints {
  const { series, timesMs } = members[0]!;
  return {
    series: { ...series, id: id as SeriesId, device: name, path: series.metric, keys: {} },
    timesMs,
    values: timesMs.map((_, at) =>
      members.reduce<number | null>((sum, { values }) => {
        const value = values[at] ?? null;
        return value === null ? sum : (sum ?? 0) + value;
      }, null),
    ),
  };
}

function otherOf(rest: readonly SeriesPoints[]): (typeof rest)[number] {
  const { shownAs } = rest[0]!;
  const members = rest.reduce((sum, line) => sum + (line.members ?? 1), 0);
  return {
    ...summed(rest, firstDerivedId + 900, 'other'),
    ...(shownAs && { shownAs }),
    other: true as const,
    members,
  };
}

function earlierOf(offsetMs: number) {
  return (line: SeriesPoints, at: number): SeriesPoints => ({
    ...line,
    series: { ...line.series, id: (firstDerivedId + 1_000 + at) as SeriesId },
    values: line.values.map((value) => (value === null ? null : value * 0.8)),
    earlier: { offsetMs, seriesId: line.series.id },
  });
}

function meanOf({ values }: SeriesPoints): number {
  const known = values.flatMap((value) => value ?? []);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}

/** The holes of spine-02, as `answer` leaves them. */
function gapsOf({ fromMs, toMs }: Asked, lines: readonly SeriesPoints[]): KnownGap[] {
  const series = lines.find(({ series }) => series.device === 'spine-02')?.series;
  const gaps: KnownGap[] = [];
  if (series === undefined) return gaps;
  for (let minute = Math.floor(fromMs / 60_000); minute * 60_000 < toMs; minute += 1) {
    if (minute % 9 !== 4) continue;
    const own = { fromMs: minute * 60_000, toMs: (minute + 1) * 60_000 };
    gaps.push({ ...own, deviceId: series.deviceId, reason: 'connection-lost' });
  }
  return gaps;
}
