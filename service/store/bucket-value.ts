/** One number for every bucket and group of series. A series alone is a group of one. */
import type { Across, Reduction } from '../../core/query/measure.ts';
import { measuredRows, milliwatts, type RowsWanted } from './measured-rows.ts';
import type { Queryable } from './queryable.ts';

export interface BucketValueRow {
  /** Place of the group. */
  readonly group: number;
  /** Start of the bucket; 0 where the whole range is one. */
  readonly timeMs: number;
  readonly value: number;
  /** What of the bucket the rows cover, and how many samples they stand for. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly samples: number;
}

export interface BucketValuesWanted extends RowsWanted {
  /** The group of each of `seriesIds`. */
  readonly groups: readonly number[];
  readonly reduction: Reduction;
  /** 0 to 100; for the reduction of that name. */
  readonly percentile: number;
  readonly across: Across;
  /** null: the whole range is one bucket. */
  readonly bucketMs: number | null;
  readonly limit: number;
}

/** In the order of groups and time. dBm are added and averaged in mW. */
export async function readBucketValues(
  db: Queryable,
  wanted: BucketValuesWanted,
): Promise<BucketValueRow[]> {
  const { sql, values } = measuredRows(wanted);
  const bucket = wanted.bucketMs === null ? '0' : `floor(ms / ${wanted.bucketMs})`;
  const { rows } = await db.query<BucketValueRow>(
    `select place as group, bucket * ${wanted.bucketMs ?? 0} as "timeMs", ${acrossSql(wanted)} as value,
       min(first_ms) as "firstMs", max(last_ms) as "lastMs", max(samples) as samples
     from (
       select series_id, ${bucket}::float8 as bucket, ${reductionSql(wanted)} as value,
         min(ms) as first_ms, max(end_ms) as last_ms, sum(n) as samples
       from (${sql}) as measured group by series_id, 2
     ) as reduced
     join unnest($1::bigint[], $${values.length + 1}::int[]) as member (series_id, place) using (series_id)
     where value is not null
     group by place, bucket order by place, bucket limit ${wanted.limit}`,
    [...values, `{${wanted.groups.join(',')}}`],
  );
  return rows;
}

function reductionSql({ reduction, percentile, measure, average }: BucketValuesWanted): string {
  const total = measure === 'rate' ? 'sum(total) / 1000' : 'sum(total)';
  switch (reduction) {
    case 'avg':
      return powerLevel('sum(total) / nullif(sum(weight), 0)', average);
    case 'sum':
    case 'increase':
      return powerLevel(total, average);
    case 'min':
      return 'min(lo)';
    case 'max':
      return 'max(hi)';
    case 'count':
      return 'sum(n)';
    case 'last':
      return '(max(array[ms, last]))[2]';
    case 'percentile':
      return `percentile_cont(${percentile / 100}) within group (order by mean)`;
    default:
      return reduction satisfies never;
  }
}

function acrossSql({ across, average, reduction }: BucketValuesWanted): string {
  const linear = average === 'milliwatt' && reduction !== 'count' && /^(sum|avg)$/.test(across);
  if (!linear) return `${across}(value)`;
  // A series alone is not sent through mW and back, which rounds.
  const together = powerLevel(`${across}(${milliwatts('value')})`, average);
  return `case when count(*) = 1 then min(value) else ${together} end`;
}

/** From mW back to dBm. */
function powerLevel(sql: string, average: RowsWanted['average']): string {
  return average === 'milliwatt' ? `10 * log(nullif(${sql}, 0))` : sql;
}
