/** Telemetry from PostgreSQL: few samples are thinned here, many in the database, and from rollups where they suffice. */
import type { KnownGap, SeriesInfo, SeriesSelector } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import type { SeriesId } from '../../core/id.ts';
import { columnOfBuckets, gapFactor, thinColumn, type Column } from '../../core/query/thin.ts';
import { defaultRetention, type TierRetention } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import { isWithin, parsePath } from '../../core/telemetry/path.ts';
import { databaseError } from '../store/database-error.ts';
import { listGaps, type Gap } from '../store/gap.ts';
import { dateWithin } from '../store/measured-rows.ts';
import type { DatabasePool } from '../store/pool.ts';
import type { Queryable } from '../store/queryable.ts';
import type { ReadReplica } from '../store/replica.ts';
import { readBuckets, readSamples, type SampleRow } from '../store/sample.ts';
import { findSeriesByIds, listDevicePlaces } from '../store/series-by-id.ts';
import { readSeriesLast } from '../store/series-last.ts';
import { findSeries, listMetrics, type SeriesRow } from '../store/series.ts';
import { readGroups } from './group-reader.ts';
import { createReadRoute, type ReadRoute } from './read-route.ts';
import type { LatestValue, ReadAnswer, ReadRequest, SampleSource } from './sample-source.ts';
import { filterOf, matchesSeries, parseSelector, type ParsedSelector } from './selector.ts';
import { expectSamples, planReading, type TierOptions } from './tier-reader.ts';

export interface StoreSourceOptions {
  readonly timeoutMs?: number;
  /** Up to this many samples are sent here and thinned exactly; more are put into buckets by the database. */
  readonly maxRawSamples?: number;
  /** More samples than this are read from rollups, where there are any fine enough. */
  readonly maxRawRows?: number;
  /** A selector that names more series is refused. */
  readonly maxSeries?: number;
  readonly retention?: TierRetention;
  /** Read from while it is there and up to date. */
  readonly replica?: ReadReplica | undefined;
  /** Told which way each read went. */
  readonly routed?: ((route: ReadRoute) => void) | undefined;
}

export function createStoreSource(
  pool: DatabasePool,
  options: StoreSourceOptions = {},
): SampleSource {
  const { timeoutMs = 15_000, maxRawSamples = 20_000, maxSeries = 100_000 } = options;
  const { retention = defaultRetention, maxRawRows = 500_000 } = options;
  const route = createReadRoute(pool, { ...options, timeoutMs });
  const tiers = { retention, maxRawRows };
  const run: typeof route = async (signal, work) => {
    try {
      return await route(signal, work);
    } catch (error) {
      throw signal.aborted ? error : databaseError(error, pool.databaseUrl);
    }
  };
  return {
    findSeries: (selectors, signal) => run(signal, (db) => selectSeries(db, selectors, maxSeries)),
    places: (deviceIds, signal) => run(signal, (db) => listDevicePlaces(db, deviceIds)),
    read: (request, signal) => run(signal, (db) => read(db, request, { ...tiers, maxRawSamples })),
    readGroups: (request, signal) => run(signal, (db) => readGroups(db, request, tiers)),
    gaps: (request, signal) => run(signal, (db) => knownGaps(db, request)),
    latest: (series, signal) => run(signal, (db) => latest(db, series)),
  };
}

async function selectSeries(
  db: Queryable,
  selectors: readonly SeriesSelector[],
  maxSeries: number,
): Promise<SeriesInfo[]> {
  const parsed = selectors.map(parseSelector);
  const metrics = await listMetrics(db);
  const found = new Map<SeriesId, SeriesInfo>();
  for (const one of parsed) {
    const rows = await candidates(db, one, { metrics, limit: maxSeries + 1 });
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
  { metrics, limit }: { metrics: readonly string[]; limit: number },
): Promise<readonly SeriesRow[]> {
  const { seriesIds, site, deviceIds } = parsed.selector;
  const filter = filterOf(parsed, metrics);
  if (filter === null) return [];
  if (seriesIds === undefined) return findSeries(db, filter, limit);
  const wanted = new Set(filter.metrics);
  return (await findSeriesByIds(db, seriesIds)).filter(
    (row) =>
      wanted.has(row.metric) &&
      (site === undefined || row.site === site) &&
      (deviceIds === undefined || deviceIds.includes(row.deviceId)),
  );
}

function byDeviceAndPath(left: SeriesInfo, right: SeriesInfo): number {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return order(left.device, right.device) || order(left.path, right.path) || left.id - right.id;
}

async function read(
  db: Queryable,
  request: ReadRequest,
  options: TierOptions & { maxRawSamples: number },
): Promise<ReadAnswer> {
  const { range, nowMs } = request;
  const { maxRawSamples, retention } = options;
  if (range.fromMs < nowMs - retention.raw) return readThinned(db, request, options);
  // Asked for all of millions, the database would sort them only to hit the limit. Twice, for the estimate is rough.
  const rawRows = await expectSamples(db, request, maxRawSamples);
  if (rawRows <= 2 * maxRawSamples) {
    const rows = await readSamples(db, { ...request, limit: maxRawSamples + 1 });
    if (rows.length <= maxRawSamples) return thinRows(rows, request);
  }
  // Extremes are the same in rollups, and far cheaper to find there.
  return readThinned(db, { ...request, rawRows }, { ...options, maxRawRows: maxRawSamples });
}

function thinRows(rows: readonly SampleRow[], { plan }: ReadRequest): ReadAnswer {
  const limits = { bucketMs: plan.bucketMs, maxPoints: plan.pointsPerSeries };
  const columns = new Map<SeriesId, Column>();
  let anyThinned = false;
  for (const [seriesId, own] of Map.groupBy(rows, (row) => row.seriesId)) {
    const timesMs = own.map(({ timeMs }) => timeMs);
    const values = own.map(({ value }) => value);
    const { column, thinned } = thinColumn({ timesMs, values }, limits);
    columns.set(seriesId, column);
    anyThinned ||= thinned;
  }
  return { columns, bucketMs: anyThinned ? plan.bucketMs : 0, tier: 'raw' };
}

async function readThinned(
  db: Queryable,
  request: ReadRequest & { rawRows?: number },
  options: TierOptions,
): Promise<ReadAnswer> {
  const { plan } = request;
  const reading = await planReading(db, { ...request, bucketMs: plan.bucketMs }, options);
  const { tier, bucketMs } = reading;
  // Extremes and the times they were measured are the same in every unit.
  const perSeries = await readBuckets(db, { ...request, ...reading, average: 'arithmetic' });
  const columns = new Map(
    [...perSeries].map(([seriesId, { buckets, intervalMs }]) => {
      // Spacings inside the buckets stand in for the median, which the database would have to sort for.
      const gapMs = gapFactor * (intervalMs || bucketMs);
      return [seriesId, columnOfBuckets(buckets, { gapMs, maxPoints: plan.pointsPerSeries })];
    }),
  );
  return { columns, bucketMs, tier };
}

/** More would only be slivers on a panel. */
const maxGaps = 500;

async function knownGaps(
  db: Queryable,
  { series, range, nowMs }: { series: readonly SeriesInfo[]; range: TimeRange; nowMs: number },
): Promise<KnownGap[]> {
  const perDevice = Map.groupBy(series, ({ deviceId }) => deviceId);
  const found = await listGaps(db, {
    deviceIds: [...perDevice.keys()],
    fromMs: dateWithin(range.fromMs).getTime(),
    toMs: dateWithin(range.toMs).getTime(),
  });
  return found
    .filter((gap) => concerns(gap, perDevice.get(gap.deviceId) ?? []))
    .slice(-maxGaps)
    .map(({ deviceId, fromMs, toMs, reason }) => ({
      deviceId,
      reason,
      fromMs,
      toMs: toMs ?? Math.max(fromMs, nowMs),
    }));
}

function concerns(gap: Gap, series: readonly SeriesInfo[]): boolean {
  if (gap.path === null) return true;
  const container = parsePath(gap.path);
  if (!container.ok) return true;
  return series.some((one) => {
    const path = parsePath(one.path);
    return path.ok && isWithin(container.value, path.value);
  });
}

async function latest(db: Queryable, series: readonly SeriesInfo[]): Promise<LatestValue[]> {
  const newest = await readSeriesLast(
    db,
    series.map(({ id }) => id),
  );
  return series.flatMap((info) => {
    const row = newest.get(info.id);
    if (row === undefined) return [];
    return [{ series: info, timeMs: row.timeMs, value: row.value, text: row.text }];
  });
}
