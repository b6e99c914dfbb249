/** Telemetry from PostgreSQL: few samples are thinned here, many in the database. */
import type { SeriesInfo, SeriesSelector } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import type { SeriesId } from '../../core/id.ts';
import { columnOfBuckets, gapFactor, thinColumn, type Column } from '../../core/query/thin.ts';
import { cancellable } from '../store/cancellable.ts';
import type { DatabasePool } from '../store/pool.ts';
import type { Queryable } from '../store/queryable.ts';
import { highestMeans, readBuckets, readSamples, type SampleRow } from '../store/sample.ts';
import { readSeriesLast } from '../store/series-last.ts';
import { findSeries, listMetrics } from '../store/series.ts';
import type { LatestValue, ReadAnswer, ReadRequest, SampleSource } from './sample-source.ts';
import { filterOf, matchesSeries, parseSelector } from './selector.ts';

export interface StoreSourceOptions {
  readonly timeoutMs?: number;
  /** Up to this many samples are sent here and thinned exactly; more are put into buckets by the database. */
  readonly maxRawSamples?: number;
  /** A selector that names more series is refused. */
  readonly maxSeries?: number;
}

export function createStoreSource(
  pool: DatabasePool,
  options: StoreSourceOptions = {},
): SampleSource {
  const { timeoutMs = 15_000, maxRawSamples = 20_000, maxSeries = 100_000 } = options;
  const run = <Value>(signal: AbortSignal, work: (db: Queryable) => Promise<Value>) =>
    cancellable(pool, { signal, timeoutMs }, work);
  return {
    findSeries: (selectors, signal) => run(signal, (db) => selectSeries(db, selectors, maxSeries)),
    read: (request, signal) => run(signal, (db) => read(db, request, maxRawSamples)),
    top: (request, signal) => run(signal, (db) => highestMeans(db, request)),
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
    const rows = await findSeries(db, filterOf(one, metrics), maxSeries + 1);
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

function byDeviceAndPath(left: SeriesInfo, right: SeriesInfo): number {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return order(left.device, right.device) || order(left.path, right.path) || left.id - right.id;
}

async function read(
  db: Queryable,
  request: ReadRequest,
  maxRawSamples: number,
): Promise<ReadAnswer> {
  const rows = await readSamples(db, { ...request, limit: maxRawSamples + 1 });
  return rows.length <= maxRawSamples ? thinRows(rows, request) : readThinned(db, request);
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
  return { columns, thinned: anyThinned };
}

async function readThinned(db: Queryable, request: ReadRequest): Promise<ReadAnswer> {
  const { bucketMs, pointsPerSeries } = request.plan;
  const perSeries = await readBuckets(db, { ...request, bucketMs });
  const columns = new Map(
    [...perSeries].map(([seriesId, { buckets, intervalMs }]) => {
      // Spacings inside the buckets stand in for the median, which the database would have to sort for.
      const gapMs = gapFactor * (intervalMs || bucketMs);
      return [seriesId, columnOfBuckets(buckets, { gapMs, maxPoints: pointsPerSeries })];
    }),
  );
  return { columns, thinned: true };
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
