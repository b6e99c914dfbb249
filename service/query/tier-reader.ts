/** Decides, with a few probes of the store, which tiers a read takes its rows from. */
import { NocturneError } from '../../core/errors.ts';
import type { SeriesId } from '../../core/id.ts';
import { boundsFor, spanOf, type Bounds } from '../../core/query/bounds.ts';
import { bucketFor, chooseTier, segmentsOf, type Segment } from '../../core/query/tier-plan.ts';
import type { RollupTier, Tier, TierRetention } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { estimateSamples, listRollups, readCoverages } from '../store/reading/tier-coverage.ts';

export interface TierOptions {
  readonly retention: TierRetention;
  /** More samples than this are read from rollups. */
  readonly maxRawRows: number;
}

export interface TierWanted {
  readonly seriesIds: readonly SeriesId[];
  readonly range: TimeRange;
  readonly bucketMs: number;
  /** Of the buckets, where they are not all of one width; they span the range. */
  readonly boundsMs?: Bounds | undefined;
  readonly nowMs: number;
  readonly finest?: boolean;
  /** Buckets may become wider to spare reading too many samples. */
  readonly widening?: boolean;
  /** Samples that all the series have in the range, where they were estimated already. */
  readonly rawRows?: number;
}

export interface TierReading {
  readonly tier: Tier;
  readonly segments: readonly Segment[];
  readonly bucketMs: number;
  /** Those wanted, or the nearest that cut no row of the tier. */
  readonly boundsMs?: Bounds | undefined;
}

/** Samples in the range at most, or an estimate where those of a sample a second would be more than `enough`. */
export async function expectSamples(
  db: Queryable,
  { seriesIds, range }: Pick<TierWanted, 'seriesIds' | 'range'>,
  enough: number,
): Promise<number> {
  const atOneASecond = (seriesIds.length * (range.toMs - range.fromMs)) / 1_000;
  return atOneASecond <= enough ? atOneASecond : estimateSamples(db, seriesIds, range);
}

/** @throws INPUT_INVALID when the rows that are left are wider than the buckets between the bounds */
export async function planReading(
  db: Queryable,
  wanted: TierWanted,
  { retention, maxRawRows }: TierOptions,
): Promise<TierReading> {
  const { seriesIds, range, bucketMs, boundsMs, nowMs } = wanted;
  const raw = { tier: 'raw', segments: [{ tier: 'raw', ...range }], bucketMs, boundsMs } as const;
  const rawReaches = range.fromMs >= nowMs - retention.raw;
  const atOneASecond = (seriesIds.length * (range.toMs - range.fromMs)) / 1_000;
  if (rawReaches && atOneASecond <= maxRawRows) return raw;
  const rollups = await listRollups(db);
  if (rollups.length === 0) return raw;
  const rawRows = wanted.rawRows ?? (rawReaches ? await estimateSamples(db, seriesIds, range) : 0);
  const tier = chooseTier({ ...wanted, rawRows, maxRawRows, retention });
  if (tier === 'raw') return raw;
  const cut = boundsMs === undefined ? undefined : boundsWithin(boundsMs, tier);
  const read = cut === undefined ? range : spanOf(cut);
  const coverages = await readCoverages(db, rollups, seriesIds);
  return {
    tier,
    segments: segmentsOf({ tier, range: read, coverages, retention, nowMs }),
    bucketMs: bucketFor(bucketMs, tier),
    boundsMs: cut,
  };
}

const rowsOf = { '1m': 'minutes', '1h': 'hours', '1d': 'days' } as const;

function boundsWithin(boundsMs: Bounds, tier: RollupTier): Bounds {
  const found = boundsFor(boundsMs, tier);
  if (found !== null) return found;
  throw new NocturneError(
    'INPUT_INVALID',
    `of ${new Date(boundsMs[0]!).toISOString()} nothing finer than ${rowsOf[tier]} is kept: ask for longer periods or a later range`,
  );
}
