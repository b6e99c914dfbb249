/** Reading samples. Times are ms since the epoch; ranges are half-open. */
import type { Bucket } from '../../core/query/thin.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { SeriesId } from '../../core/id.ts';
import type { Queryable } from './queryable.ts';

/** `value` as stored; `rate` per second, from exact deltas of counters. */
export type Measure = 'value' | 'rate';

export interface SampleRow {
  readonly seriesId: SeriesId;
  readonly timeMs: number;
  /** null: no rate is known (first sample, after a gap, out of order) */
  readonly value: number | null;
}

const expressions: Readonly<Record<Measure, string>> = {
  value: 'value',
  rate: 'delta / nullif(span_ms, 0) * 1000',
};

function bounds(seriesIds: readonly SeriesId[], range: TimeRange): unknown[] {
  return [`{${seriesIds.join(',')}}`, new Date(range.fromMs), new Date(range.toMs)];
}

const within = 'series_id = any($1::bigint[]) and time >= $2 and time < $3';

/** All samples in the order of series and time, at most `limit`. */
export async function readSamples(
  db: Queryable,
  wanted: { seriesIds: readonly SeriesId[]; range: TimeRange; measure: Measure; limit: number },
): Promise<SampleRow[]> {
  const { rows } = await db.query<SampleRow>(
    `select series_id as "seriesId", time as "timeMs", ${expressions[wanted.measure]} as value
     from sample where ${within} order by series_id, time limit ${wanted.limit}`,
    bounds(wanted.seriesIds, wanted.range),
  );
  return rows;
}

export interface SeriesBuckets {
  readonly buckets: Bucket[];
  /** Mean spacing of the samples inside the buckets; 0 where no bucket holds two. */
  readonly intervalMs: number;
}

/** Minimum and maximum of every bucket that holds a value, with the times they were measured. */
export async function readBuckets(
  db: Queryable,
  wanted: { seriesIds: readonly SeriesId[]; range: TimeRange; measure: Measure; bucketMs: number },
): Promise<Map<SeriesId, SeriesBuckets>> {
  // Arrays compare element by element, so min and max of [value, time] carry the time along without sorting rows.
  const { rows } = await db.query<{
    seriesId: SeriesId;
    firstMs: number;
    lastMs: number;
    samples: number;
    least: [number, number];
    most: [number, number];
  }>(
    `select series_id as "seriesId", min(ms) as "firstMs", max(ms) as "lastMs", count(*) as samples,
       min(array[value, ms]) as least, max(array[value, ms]) as most
     from (
       select series_id, (extract(epoch from time) * 1000)::float8 as ms,
         ${expressions[wanted.measure]} as value
       from sample where ${within}
     ) as measured
     where value is not null
     group by series_id, floor(ms / ${wanted.bucketMs})
     order by series_id, "firstMs"`,
    bounds(wanted.seriesIds, wanted.range),
  );
  const perSeries = new Map<SeriesId, { buckets: Bucket[]; spacingMs: number; spacings: number }>();
  for (const { seriesId, firstMs, lastMs, samples, least, most } of rows) {
    const own = perSeries.get(seriesId) ?? { buckets: [], spacingMs: 0, spacings: 0 };
    perSeries.set(seriesId, own);
    const [min, minMs] = least;
    const [max, maxMs] = most;
    own.buckets.push({ firstMs, lastMs, min, minMs, max, maxMs });
    own.spacingMs += lastMs - firstMs;
    own.spacings += samples - 1;
  }
  return new Map(
    [...perSeries].map(([seriesId, { buckets, spacingMs, spacings }]) => [
      seriesId,
      { buckets, intervalMs: spacings === 0 ? 0 : spacingMs / spacings },
    ]),
  );
}

/** The series with the highest means over the range, highest first; rates are weighted by the time they cover. */
export async function highestMeans(
  db: Queryable,
  wanted: { seriesIds: readonly SeriesId[]; range: TimeRange; measure: Measure; count: number },
): Promise<SeriesId[]> {
  const mean = wanted.measure === 'rate' ? 'sum(delta) / nullif(sum(span_ms), 0)' : 'avg(value)';
  const counted = wanted.measure === 'rate' ? 'and delta is not null' : '';
  const { rows } = await db.query<{ seriesId: SeriesId }>(
    `select series_id as "seriesId" from sample where ${within} ${counted}
     group by series_id order by ${mean} desc nulls last, series_id limit ${wanted.count}`,
    bounds(wanted.seriesIds, wanted.range),
  );
  return rows.map(({ seriesId }) => seriesId);
}
