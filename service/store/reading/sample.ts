/** Reading samples, and rollups as if they were samples. Times are ms since the epoch; ranges are half-open. */
import type { SeriesId } from '../../../core/id.ts';
import type { Measure } from '../../../core/query/measure.ts';
import { medianInterval, type Bucket } from '../../../core/query/thin.ts';
import { dateWithin, idList, joinParts, measuredRows } from './measured-rows.ts';
import { type RowsWanted, withParts } from './measured-rows.ts';
import type { Queryable } from '../connection/queryable.ts';

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

/** All samples in the order of series and time, at most `limit`. */
export async function readSamples(
  db: Queryable,
  wanted: Pick<RowsWanted, 'seriesIds' | 'parts' | 'range' | 'measure'> & { limit: number },
): Promise<SampleRow[]> {
  const { parts = [], range } = wanted;
  const values: unknown[] = [
    idList(withParts(wanted)),
    dateWithin(range.fromMs),
    dateWithin(range.toMs),
  ];
  const expression = expressions[wanted.measure];
  const [leaf, value, join] =
    parts.length === 0
      ? ['series_id', expression, '']
      : [
          'coalesce(part.leaf_id, series_id)',
          `${expression} * coalesce(part.factor, 1)`,
          joinParts(parts, values, 'series_id'),
        ];
  const { rows } = await db.query<SampleRow>(
    `select ${leaf} as "seriesId", time as "timeMs", ${value} as value
     from sample ${join} where series_id = any($1::bigint[]) and time >= $2 and time < $3
     order by 1, time limit ${wanted.limit}`,
    values,
  );
  return rows;
}

export interface SeriesBuckets {
  readonly buckets: Bucket[];
  /** Usual spacing of the samples; 0 where it cannot be told. */
  readonly intervalMs: number;
}

interface BucketRow {
  readonly seriesId: SeriesId;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly samples: number;
  readonly least: readonly [value: number, ms: number];
  readonly most: readonly [value: number, ms: number];
}

/** Minimum and maximum of every bucket that holds a value, with the times they were measured. */
export async function readBuckets(
  db: Queryable,
  wanted: RowsWanted & { bucketMs: number },
): Promise<Map<SeriesId, SeriesBuckets>> {
  const measured = measuredRows(wanted);
  // Arrays compare element by element, so min and max of [value, time] carry the time along without sorting rows.
  const { rows } = await db.query<BucketRow>(
    `select series_id as "seriesId", min(ms) as "firstMs", max(end_ms) as "lastMs", sum(n) as samples,
       min(array[lo, lo_ms]) as least, max(array[hi, hi_ms]) as most
     from (${measured.sql}) as measured
     group by series_id, floor(ms / ${wanted.bucketMs})
     order by series_id, "firstMs"`,
    measured.values,
  );
  return new Map(
    [...Map.groupBy(rows, ({ seriesId }) => seriesId)].map(([seriesId, own]) => [
      seriesId,
      { buckets: own.map(bucketOf), intervalMs: usualInterval(own) },
    ]),
  );
}

function bucketOf({ firstMs, lastMs, least, most }: BucketRow): Bucket {
  return { firstMs, lastMs, min: least[0], minMs: least[1], max: most[0], maxMs: most[1] };
}

export interface Spaced {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly samples: number;
}

/** The mean spacing inside the buckets, or the median from bucket to bucket where they mostly hold one sample. */
export function usualInterval(buckets: readonly Spaced[]): number {
  const samples = buckets.reduce((sum, bucket) => sum + bucket.samples, 0);
  if (samples < 2 * buckets.length) return medianInterval(buckets.map(({ firstMs }) => firstMs));
  const spacings = samples - buckets.length;
  return buckets.reduce((sum, { firstMs, lastMs }) => sum + lastMs - firstMs, 0) / spacings;
}
