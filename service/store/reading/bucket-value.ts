/** One number for every bucket and group of series. A series alone is a group of one. */
import type { Buckets } from '../../../core/query/bounds.ts';
import { dateWithin, epochMs, measuredRows, type RowsWanted } from './measured-rows.ts';
import type { Queryable } from '../connection/queryable.ts';
import { meanSql, percentileSql, reductionSql, togetherSql, type Reducing } from './reduction.ts';

export interface BucketValueRow {
  /** Place of the group. */
  readonly group: number;
  /** Which multiple of the width it begins at, or its place between the bounds; 0 where the whole range is one. */
  readonly bucket: number;
  readonly value: number;
  /** What of the bucket the rows cover, and how many samples they stand for. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly samples: number;
}

export interface BucketValuesWanted extends RowsWanted, Reducing {
  /** The group of each of `seriesIds`. */
  readonly groups: readonly number[];
  /** Percentiles are of the means of windows of this width. */
  readonly window?: PercentileWindow | undefined;
  readonly buckets: Buckets;
  readonly limit: number;
}

export interface PercentileWindow {
  readonly widthMs: number;
  /** The windows of a group are put together before the percentile is taken, else each series has its own. */
  readonly together: boolean;
}

/** In the order of groups and time. dBm are added and averaged in mW. */
export async function readBucketValues(
  db: Queryable,
  wanted: BucketValuesWanted,
): Promise<BucketValueRow[]> {
  const { buckets } = wanted;
  const measured = measuredRows(wanted);
  const values = [...measured.values, `{${wanted.groups.join(',')}}`];
  const members = `$${values.length}`;
  if (buckets.by === 'bounds') values.push(`{${buckets.boundsMs.join(',')}}`);
  const bounds = `$${values.length}`;
  const rows = {
    measured: measured.sql,
    bucket: bucketSql(buckets, bounds),
    untilMs: bucketEndSql(wanted, bounds),
  };
  const found = await db.query<BucketValueRow>(
    `with member (series_id, place) as
       (select * from unnest($1::bigint[], ${members}::int[]))
     select place as group, bucket, value, first_ms as "firstMs", last_ms as "lastMs", samples
     from (${groupedSql(wanted, rows)}) as grouped
     where value is not null order by place, bucket limit ${wanted.limit}`,
    values,
  );
  return found.rows;
}

/** A row that reaches over a bound belongs to where it begins. */
function bucketSql(buckets: Buckets, bounds: string): string {
  switch (buckets.by) {
    case 'width':
      return `floor(ms / ${buckets.widthMs})::float8`;
    case 'range':
      return '0::float8';
    case 'bounds':
      return `(width_bucket(ms, ${bounds}::float8[]) - 1)::float8`;
    default:
      return buckets satisfies never;
  }
}

/** Where the last of the buckets ends, or what is asked for of it. */
function lastEndMs({ buckets, range }: BucketValuesWanted): number {
  return dateWithin(buckets.by === 'bounds' ? buckets.boundsMs.at(-1)! : range.toMs).getTime();
}

/** Where the bucket of that number ends, or what is asked for of it. */
function bucketEndSql(wanted: BucketValuesWanted, bounds: string): string {
  const { buckets } = wanted;
  switch (buckets.by) {
    case 'width':
      return `least((bucket + 1) * ${buckets.widthMs}, ${lastEndMs(wanted)})`;
    case 'range':
      return `${lastEndMs(wanted)}::float8`;
    case 'bounds':
      return `(${bounds}::float8[])[bucket::int + 2]`;
    default:
      return buckets satisfies never;
  }
}

/** What a row of buckets covers, made of rows that cover parts of it. */
const covered = (first: string, last: string, samples: string) =>
  `min(${first}) as first_ms, max(${last}) as last_ms, ${samples} as samples`;

/** A query whose rows are: place, bucket, value, first_ms, last_ms, samples. */
function groupedSql(
  wanted: BucketValuesWanted,
  { measured, bucket, untilMs }: { measured: string; bucket: string; untilMs: string },
): string {
  const { reduction, window } = wanted;
  const own = (value: string, slot = '') =>
    `select series_id, ${bucket} as bucket, ${slot} ${value} as value,
       ${covered('ms', 'end_ms', 'sum(n)')}
     from (${measured}) as measured group by series_id, 2${slot === '' ? '' : ', 3'}`;
  if (reduction === 'last')
    return acrossSql(wanted, livingSql(own(lastColumns), untilMs, lastEndMs(wanted)));
  if (reduction !== 'percentile' || window === undefined)
    return acrossSql(wanted, own(reductionSql(wanted)));
  const windows = own(meanSql(wanted), `floor(ms / ${window.widthMs}) as slot,`);
  return window.together
    ? percentilesSql(wanted, acrossSql(wanted, windows, 'bucket, slot'), 'place')
    : acrossSql(wanted, percentilesSql(wanted, windows, 'series_id'));
}

const lastColumns = '(max(array[ms, last]))[1] as newest_ms, (max(array[ms, last]))[2]';

/**
 * Without the series that ended by the end of the bucket: the last value of before is not true any more. The newest end
 * before it decides, so that many ends cost one look into the index for each row, and rows that are later than any end
 * of their series none. Of a rollup's row only its bounds are known; an end within it counts where no sample came since.
 */
function livingSql(rows: string, untilMs: string, lastMs: number): string {
  const newestEnd = (until: string | number) => `select max(time) as time from series_end
        where series_id = one.series_id and time < 'epoch'::timestamptz + ${until} * interval '1 millisecond'`;
  const endMs = epochMs('ended.time');
  return `with life as materialized
      (select series_id, newest.time as newest, ${epochMs(`(${newestEnd(lastMs)})`)} as end_ms
       from member as one left join series_last newest using (series_id))
    select one.* from (${rows}) as one join life using (series_id)
    where case when end_ms > newest_ms then not exists (
      select from (${newestEnd(untilMs)}) as ended
      where ${endMs} > newest_ms and (${endMs} >= last_ms or newest < ended.time)) else true end`;
}

/** Of the windows given, for each place or series. */
function percentilesSql(wanted: BucketValuesWanted, windows: string, by: string): string {
  return `select ${by}, bucket, ${percentileSql(wanted, 'value')} as value,
      ${covered('first_ms', 'last_ms', 'sum(samples)')}
    from (${windows}) as slots group by ${by}, bucket`;
}

/** The rows of the series given, put together by group and `by`. */
function acrossSql(wanted: BucketValuesWanted, rows: string, by = 'bucket'): string {
  return `select place, ${by}, ${togetherSql(wanted)} as value,
      ${covered('first_ms', 'last_ms', 'max(samples)')}
    from (${rows}) as one join member using (series_id)
    where value is not null group by place, ${by}`;
}
