/** Finds the series that selectors name: the database compares what it can, the rest is compared here. */
import type { SeriesInfo, SeriesSelector } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import type { SeriesId } from '../../core/id.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { findSeriesByIds } from '../store/reading/series-by-id.ts';
import { findSeries, listMetrics, type SeriesRow } from '../store/reading/series.ts';
import {
  filterOf,
  matchesMetric,
  matchesSeries,
  parseSelector,
  type ParsedSelector,
} from './selector.ts';

export interface FindLimits {
  readonly maxSeries: number;
  /** Without those that ended for good before; null for all. Series named by id are found in any case. */
  readonly aliveSinceMs: number | null;
}

/**
 * Each once; of several selectors by device and path.
 * @throws PATH_INVALID, QUERY_TOO_LARGE
 */
export async function selectSeries(
  db: Queryable,
  selectors: readonly SeriesSelector[],
  { maxSeries, aliveSinceMs }: FindLimits,
): Promise<SeriesRow[]> {
  const parsed = selectors.map(parseSelector);
  // Of series that are named, the metrics are those that they have.
  const listed = parsed.some(({ selector }) => selector.seriesIds === undefined);
  const metrics = listed ? await listMetrics(db) : [];
  const found = new Map<SeriesId, SeriesRow>();
  for (const one of parsed) {
    const rows = await candidates(db, one, { metrics, aliveSinceMs, limit: maxSeries + 1 });
    for (const row of rows) if (matchesSeries(one, row)) found.set(row.id, row);
    if (rows.length > maxSeries || found.size > maxSeries) {
      throw new NocturneError(
        'QUERY_TOO_LARGE',
        `"${one.selector.path}" names more than ${maxSeries} series: narrow the path or the devices`,
      );
    }
  }
  return parsed.length === 1 ? [...found.values()] : [...found.values()].sort(byDeviceAndPath);
}

async function candidates(
  db: Queryable,
  parsed: ParsedSelector,
  {
    metrics,
    aliveSinceMs,
    limit,
  }: { metrics: readonly string[]; limit: number } & Pick<FindLimits, 'aliveSinceMs'>,
): Promise<readonly SeriesRow[]> {
  const { seriesIds, site, deviceIds } = parsed.selector;
  const filter = filterOf(parsed, metrics, aliveSinceMs);
  if (filter === null) return [];
  if (seriesIds === undefined) return findSeries(db, filter, limit);
  return (await findSeriesByIds(db, seriesIds)).filter(
    (row) =>
      matchesMetric(parsed, row.metric) &&
      (site === undefined || row.site === site) &&
      (deviceIds === undefined || deviceIds.includes(row.deviceId)),
  );
}

function byDeviceAndPath(left: SeriesInfo, right: SeriesInfo): number {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return order(left.device, right.device) || order(left.path, right.path) || left.id - right.id;
}
