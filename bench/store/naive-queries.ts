/** What somebody would write by hand to fill the same panels: buckets over the samples, with the index that is there. */
import type { SeriesId } from '../../core/id.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Queryable } from '../../service/store/connection/queryable.ts';

/** One bucket of one series; rates are per second. */
export interface NaiveRow {
  readonly seriesId: SeriesId;
  readonly mean: number | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly increase: number | null;
}

const columns = `date_bin($1::interval, time, 'epoch') as bucket,
  sum(delta) / sum(span_ms) * 1000 as mean,
  min(delta / span_ms * 1000) as least,
  max(delta / span_ms * 1000) as most,
  sum(delta) as increase`;

/** $1 bucket, $2 from, $3 to (exclusive), $4 ids of the series */
export const bucketsSql = `select series_id as "seriesId", ${columns}
from sample
where series_id = any($4::bigint[]) and time >= $2 and time < $3
group by series_id, bucket
order by series_id, bucket`;

/** $1 bucket, $2 from, $3 to (exclusive), $4 metric, $5 how many */
export const topSql = `with highest as (
  select series_id, sum(delta) / sum(span_ms) as mean
  from sample
  where series_id in (select id from series where metric = $4) and time >= $2 and time < $3
  group by series_id
  order by mean desc
  limit $5
)
select series_id as "seriesId", ${columns}
from sample
where series_id in (select series_id from highest) and time >= $2 and time < $3
group by series_id, bucket
order by series_id, bucket`;

export type NaiveQuestion = { readonly range: TimeRange; readonly bucketMs: number } & (
  | { readonly seriesIds: readonly SeriesId[] }
  | { readonly metric: string; readonly top: number }
);

export async function askNaively(db: Queryable, question: NaiveQuestion): Promise<NaiveRow[]> {
  const { range, bucketMs } = question;
  const times = [`${bucketMs} ms`, new Date(range.fromMs), new Date(range.toMs)];
  const { rows } =
    'top' in question
      ? await db.query<NaiveRow>(topSql, [...times, question.metric, question.top])
      : await db.query<NaiveRow>(bucketsSql, [...times, `{${question.seriesIds.join(',')}}`]);
  return rows;
}
