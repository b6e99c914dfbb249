/** When series ended, for what is carried forward: it is only as long as the series lives. */
import type { SeriesId } from '../../../core/id.ts';
import type { TimeRange } from '../../../core/query/time-range.ts';
import type { Queryable } from '../connection/queryable.ts';
import { dateWithin, idList } from './measured-rows.ts';

export interface SeriesEnd {
  readonly seriesId: SeriesId;
  readonly timeMs: number;
  /** No sample has come since. */
  readonly final: boolean;
}

/** Ends before the end of the range that samples within it may have been before, in order of time. */
export async function readEnds(
  db: Queryable,
  { seriesIds, range }: { seriesIds: readonly SeriesId[]; range: TimeRange },
): Promise<SeriesEnd[]> {
  const { rows } = await db.query<SeriesEnd>(
    `select series_id as "seriesId", ended.time as "timeMs", newest.time < ended.time as final
     from series_end ended join series_last newest using (series_id)
     where series_id = any($1::bigint[]) and ended.time >= $2 and ended.time < $3
     order by ended.time`,
    [idList(seriesIds), dateWithin(range.fromMs), dateWithin(range.toMs)],
  );
  return rows;
}
