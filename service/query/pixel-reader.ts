/** Reads the minimum and the maximum of every pixel: few samples are thinned here, many by the database. */
import type { SeriesId } from '../../core/id.ts';
import { columnOfBuckets, gapFactor, thinColumn, type Column } from '../../core/query/thin.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { withParts } from '../store/reading/measured-rows.ts';
import { readBuckets, readSamples, type SampleRow } from '../store/reading/sample.ts';
import type { ReadAnswer, ReadRequest } from './sample-source.ts';
import {
  expectSamples,
  firstOf,
  planReading,
  type TierOptions,
  withoutGone,
} from './tier-reader.ts';

export interface PixelOptions extends TierOptions {
  /** Up to this many samples are sent here and thinned exactly. */
  readonly maxRawSamples: number;
}

export async function readPixels(
  db: Queryable,
  request: ReadRequest,
  options: PixelOptions,
): Promise<ReadAnswer> {
  const { range } = request;
  const { maxRawSamples, reach } = options;
  if (range.fromMs < reach.raw) return readThinned(db, request, options);
  // Asked for all of millions, the database would sort them only to hit the limit. Twice, for the estimate is rough.
  const all = { ...request, seriesIds: withParts(request) };
  const rawRows = await expectSamples(db, all, maxRawSamples);
  if (rawRows <= 2 * maxRawSamples) {
    const rows = await readSamples(db, { ...request, limit: maxRawSamples + 1 });
    if (rows.length <= maxRawSamples) {
      const firstMs = firstOf(rows.map(({ timeMs }) => ({ firstMs: timeMs })));
      const less = await withoutGone(db, { ...request, firstMs }, options);
      return less === null ? thinRows(rows, request) : readThinned(db, request, less);
    }
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
  const wanted = { ...request, seriesIds: withParts(request), bucketMs: plan.bucketMs };
  const reading = await planReading(db, wanted, options);
  const { tier, bucketMs } = reading;
  // Extremes and the times they were measured are the same in every unit.
  const perSeries = await readBuckets(db, { ...request, ...reading, average: 'arithmetic' });
  if (tier === 'raw') {
    const firstMs = firstOf([...perSeries.values()].flatMap(({ buckets }) => buckets.slice(0, 1)));
    const less = await withoutGone(db, { ...request, firstMs }, options);
    if (less !== null) return readThinned(db, request, less);
  }
  const columns = new Map(
    [...perSeries].map(([seriesId, { buckets, intervalMs }]) => {
      // Spacings inside the buckets stand in for the median, which the database would have to sort for.
      const gapMs = gapFactor * (intervalMs || bucketMs);
      return [seriesId, columnOfBuckets(buckets, { gapMs, maxPoints: plan.pointsPerSeries })];
    }),
  );
  return { columns, bucketMs, tier };
}
