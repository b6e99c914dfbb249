/** Where telemetry is read from: the store with its replica, and later the desktop's cache. */
import type { KnownGap, SeriesInfo, SeriesSelector } from '../../core/contract/query.ts';
import type { DeviceId, SeriesId } from '../../core/id.ts';
import type { Buckets } from '../../core/query/bounds.ts';
import type { Across, Measure, Reduction } from '../../core/query/measure.ts';
import type { QueryPlan } from '../../core/query/query-plan.ts';
import type { Column } from '../../core/query/thin.ts';
import type { RollupTier, Tier } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { UnitFacts } from '../../core/telemetry/unit.ts';
import type { EarlierPart } from '../store/reading/measured-rows.ts';
import type { SeriesRow } from '../store/reading/series.ts';
import type { BucketValueRow } from '../store/reading/bucket-value.ts';
import type { DevicePlace } from '../store/reading/series-by-id.ts';
import type { Carried } from '../store/reading/series-end.ts';

export interface ReadRequest {
  readonly seriesIds: readonly SeriesId[];
  readonly range: TimeRange;
  /** Earlier series of theirs, read as if they were them. */
  readonly parts?: readonly EarlierPart[] | undefined;
  readonly measure: Measure;
  readonly plan: QueryPlan;
  /** Decides what retention has left. */
  readonly nowMs: number;
}

export interface ReadAnswer {
  /** Minimum and maximum of every pixel. Series without any sample are missing. */
  readonly columns: ReadonlyMap<SeriesId, Column>;
  /** Width of the buckets; 0 where no series was thinned. */
  readonly bucketMs: number;
  readonly tier: Tier;
}

export interface GroupRequest extends Omit<ReadRequest, 'seriesIds' | 'plan'> {
  /** No series is in two groups. */
  readonly groups: readonly (readonly SeriesId[])[];
  readonly average: UnitFacts['average'];
  readonly reduction: Reduction;
  /** 0 to 100 */
  readonly percentile: number;
  readonly across: Across;
  /** Percentiles of the means of so long, for all series of a group together; left out, of samples and of each series. */
  readonly percentileOfMs?: number | undefined;
  readonly buckets: Buckets;
}

/** One number of a group. */
export interface GroupRow extends Omit<BucketValueRow, 'bucket'> {
  /** Start of the bucket. */
  readonly timeMs: number;
}

export interface GroupAnswer {
  /** By place of the group; groups without a value are missing. */
  readonly rows: ReadonlyMap<number, readonly GroupRow[]>;
  /** 0 where buckets are not all of one width. */
  readonly bucketMs: number;
  readonly tier: Tier;
  /** Bounds of buckets were moved to those of this tier's rows, for nothing finer was read. */
  readonly roundedTo?: RollupTier | undefined;
}

export interface LatestValue {
  readonly series: SeriesInfo;
  readonly timeMs: number;
  readonly value: number | null;
  readonly text: string | null;
  /** When the leaf was gone; null while the series lives. */
  readonly endedAtMs: number | null;
}

/** Every method ends its work in the database when the signal aborts. */
export interface SampleSource {
  /**
   * Series of living devices that any selector names, each once, by device and path; without those whose leaf was gone
   * for good at `aliveSinceMs`, where that is given.
   * @throws PATH_INVALID, QUERY_TOO_LARGE
   */
  findSeries(
    selectors: readonly SeriesSelector[],
    signal: AbortSignal,
    aliveSinceMs?: number,
  ): Promise<SeriesRow[]>;
  /** Sites and tags, for grouping. */
  places(deviceIds: readonly DeviceId[], signal: AbortSignal): Promise<DevicePlace[]>;
  /** @throws QUERY_TIMEOUT */
  read(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>;
  /** @throws QUERY_TIMEOUT, INPUT_INVALID */
  readGroups(request: GroupRequest, signal: AbortSignal): Promise<GroupAnswer>;
  /** Outages known of the series' devices within the range, oldest first; open ones end at `nowMs`. */
  gaps(
    request: { series: readonly SeriesInfo[]; range: TimeRange; nowMs: number },
    signal: AbortSignal,
  ): Promise<KnownGap[]>;
  /** Which part of the range the tier's rows do not show yet as its samples are; null where none. */
  stale(
    request: { tier: RollupTier; range: TimeRange; nowMs: number },
    signal: AbortSignal,
  ): Promise<TimeRange | null>;
  /** For each value, in the order given, the first end that is later; null where the series lived on. */
  ends(carried: readonly Carried[], signal: AbortSignal): Promise<(number | null)[]>;
  /** When the last member of each group ended for good within the range; null where any lives. */
  groupEnds(
    request: { groups: readonly (readonly SeriesId[])[]; range: TimeRange },
    signal: AbortSignal,
  ): Promise<(number | null)[]>;
  /** Newest values of the series that have one, numbers and texts, in the order given. */
  latest(series: readonly SeriesInfo[], signal: AbortSignal): Promise<LatestValue[]>;
}
