/**
 * The series of a leaf as one: a leaf that became of another kind or unit was stored as another series since. Series of one
 * device and path are parts of one leaf; the one that points to no other lives. Pure.
 */
import type { SeriesInfo } from '../../core/contract/query.ts';
import { measureOf, type QueryFunction } from '../../core/query/measure.ts';
import { conversion } from '../../core/telemetry/unit.ts';
import type { EarlierPart } from '../store/reading/measured-rows.ts';
import type { SeriesRow } from '../store/reading/series.ts';
import type { LatestValue } from './sample-source.ts';

/** What a line shows of a leaf: its living series where that can be shown so, else the newest of the others. */
export interface LeafSeries extends SeriesInfo {
  /** The others whose numbers are of the same. */
  readonly parts: readonly EarlierPart[];
}

/** Each leaf once, in the order found; those that the function can say something of. */
export function leavesOf(found: readonly SeriesRow[], name: QueryFunction): LeafSeries[] {
  return [...Map.groupBy(found, leafKey).values()].flatMap((series) => partsTogether(series, name));
}

function partsTogether(series: readonly SeriesRow[], name: QueryFunction): LeafSeries[] {
  const [shown] = livingFirst(series).filter(({ kind }) => measureOf(name, kind) !== null);
  if (shown === undefined) return [];
  const others = series.filter(({ id, kind }) => id !== shown.id && kind !== 'state');
  const parts = others.flatMap(({ id, unit }) => {
    const factor = conversion(unit, shown.unit);
    return factor === null ? [] : [{ id, of: shown.id, factor }];
  });
  // Numbers of something else cannot be put on its axis.
  const apart = others.filter(({ id }) => parts.every((part) => part.id !== id));
  return [{ ...infoOf(shown), parts }, ...(apart.length === 0 ? [] : partsTogether(apart, name))];
}

/** Links are set by whoever writes, and may be missing or form a ring for a while: then the newest series comes first. */
export function livingFirst<Row extends SeriesRow>(series: readonly Row[]): Row[] {
  const rank = ({ replacedBy }: Row) => ((replacedBy ?? null) === null ? 0 : 1);
  return series.toSorted((left, right) => rank(left) - rank(right) || right.id - left.id);
}

export function leafKey({ deviceId, path }: Pick<SeriesInfo, 'deviceId' | 'path'>): string {
  return `${deviceId}\n${path}`;
}

/** As it is told to whoever asked. */
export function infoOf({
  id,
  deviceId,
  device,
  path,
  metric,
  keys,
  kind,
  unit,
}: SeriesInfo): SeriesInfo {
  return { id, deviceId, device, path, metric, keys, kind, unit };
}

/** Of each leaf the newest value, of a series that lives where one does; in the order given. */
export function newestOfLeaves(values: readonly LatestValue[]): LatestValue[] {
  return [...Map.groupBy(values, ({ series }) => leafKey(series)).values()].map((own) =>
    own.reduce((best, one) => (isNewer(one, best) ? one : best)),
  );
}

function isNewer(one: LatestValue, than: LatestValue): boolean {
  const [lives, lived] = [one.endedAtMs === null, than.endedAtMs === null];
  return lives === lived ? one.timeMs >= than.timeMs : lives;
}
