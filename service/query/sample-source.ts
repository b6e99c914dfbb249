/** Where telemetry is read from: the store, and later a replica, rollups, the desktop's cache. */
import type { Query, SeriesInfo, SeriesSelector } from '../../core/contract/query.ts';
import type { SeriesId } from '../../core/id.ts';
import type { QueryPlan } from '../../core/query/query-plan.ts';
import type { Column } from '../../core/query/thin.ts';
import type { TimeRange } from '../../core/query/time-range.ts';

export interface ReadRequest {
  readonly seriesIds: readonly SeriesId[];
  readonly range: TimeRange;
  readonly measure: Query['function'];
  readonly plan: QueryPlan;
}

export interface ReadAnswer {
  /** Series without any sample are missing. */
  readonly columns: ReadonlyMap<SeriesId, Column>;
  /** At least one series was thinned. */
  readonly thinned: boolean;
}

export interface LatestValue {
  readonly series: SeriesInfo;
  readonly timeMs: number;
  readonly value: number | null;
  readonly text: string | null;
}

/** Every method ends its work in the database when the signal aborts. */
export interface SampleSource {
  /**
   * Series of living devices that any selector names, each once, by device and path.
   * @throws PATH_INVALID, QUERY_TOO_LARGE
   */
  findSeries(selectors: readonly SeriesSelector[], signal: AbortSignal): Promise<SeriesInfo[]>;
  /** @throws QUERY_TIMEOUT */
  read(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>;
  /** The series with the highest mean over the range, highest first. */
  top(
    request: Omit<ReadRequest, 'plan'> & { count: number },
    signal: AbortSignal,
  ): Promise<SeriesId[]>;
  /** Newest values of the series that have one, in the order given. */
  latest(series: readonly SeriesInfo[], signal: AbortSignal): Promise<LatestValue[]>;
}
