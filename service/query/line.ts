/** The lines of a panel: a series each, groups of series, the rest of a top-N. Pure. */
import {
  firstDerivedId,
  type RangeQuery,
  type SeriesGrouping,
  type SeriesInfo,
  type SeriesPoints,
} from '../../core/contract/query.ts';
import type { DeviceId, SeriesId } from '../../core/id.ts';
import { measureOf, type Across, type Measure } from '../../core/query/measure.ts';
import { units, type UnitFacts } from '../../core/telemetry/unit.ts';
import { infoOf, type LeafSeries } from './leaf-series.ts';
import type { DevicePlace } from '../store/reading/series-by-id.ts';

export interface Line {
  /** The series, or what stands for all of them. */
  readonly info: SeriesInfo;
  readonly members: readonly LeafSeries[];
  readonly across: Across;
  readonly measure: Measure;
  readonly average: UnitFacts['average'];
  readonly marks: Pick<SeriesPoints, 'group' | 'other' | 'members'>;
}

export function derivedId(place: number): SeriesId {
  return (firstDerivedId + place) as SeriesId;
}

function lineOf(
  name: RangeQuery['function'],
  members: readonly LeafSeries[],
  rest: Partial<Pick<Line, 'across' | 'marks' | 'info'>> = {},
): Line {
  const first = members[0]!;
  return {
    info: infoOf(first),
    members,
    across: 'sum',
    marks: {},
    ...rest,
    measure: measureOf(name, first.kind) ?? 'value',
    average: units[first.unit].average,
  };
}

export function linesOfSeries(
  matching: readonly LeafSeries[],
  query: Pick<RangeQuery, 'function'>,
): Line[] {
  return matching.map((series) => lineOf(query.function, [series]));
}

/** Groups in the order of label and metric, those that share no label last. */
export function linesOfGroups(
  matching: readonly LeafSeries[],
  query: Pick<RangeQuery, 'function' | 'across'> & { groupBy: SeriesGrouping },
  places: readonly DevicePlace[],
): Line[] {
  const placeOf = new Map(places.map((place) => [place.deviceId, place]));
  const labelled = matching.map((series) => ({
    series,
    label: labelOf(series, query.groupBy, placeOf),
  }));
  const groups = Map.groupBy(labelled, ({ series, label }) =>
    JSON.stringify([label === null, label, series.metric, series.kind, series.unit]),
  );
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, members], place) => {
      const { label } = members[0]!;
      const own = members.map(({ series }) => series);
      return lineOf(query.function, own, {
        across: query.across ?? 'sum',
        info: standIn(own[0]!, derivedId(place), label ?? 'none'),
        marks: { group: { label }, members: own.length },
      });
    });
}

function labelOf(
  series: SeriesInfo,
  grouping: SeriesGrouping,
  places: ReadonlyMap<DeviceId, DevicePlace>,
): string | null {
  const place = places.get(series.deviceId);
  switch (grouping.by) {
    case 'device':
      return series.device;
    case 'site':
      return place?.site ?? null;
    case 'tag':
      return ownText(place?.tags, grouping.name);
    case 'key':
      return ownText(series.keys, grouping.name);
    default:
      return grouping satisfies never;
  }
}

function ownText(texts: Readonly<Record<string, string>> | undefined, name: string): string | null {
  return texts !== undefined && Object.hasOwn(texts, name) ? texts[name]! : null;
}

/** The sum of the lines left out, one for each unit and measure: what cannot be added is kept apart. */
export function linesOfOthers(
  rest: readonly Line[],
  query: Pick<RangeQuery, 'function'>,
  firstPlace: number,
): Line[] {
  const alike = Map.groupBy(rest, ({ info, measure }) => `${info.unit} ${measure}`);
  return [...alike.values()].map((lines, at) => {
    const members = lines.flatMap((line) => line.members);
    return lineOf(query.function, members, {
      info: standIn(members[0]!, derivedId(firstPlace + at), 'other'),
      marks: { other: true, members: members.length },
    });
  });
}

function standIn(first: LeafSeries, id: SeriesId, name: string): SeriesInfo {
  return { ...infoOf(first), id, device: name, path: first.metric, keys: {} };
}
