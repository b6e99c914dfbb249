/** Decides, with a few probes of the store, which tiers a read takes its rows from. */
import { NocturneError } from '../../core/errors.ts';
import type { SeriesId } from '../../core/id.ts';
import { boundsFor, spanOf, type Bounds } from '../../core/query/bounds.ts';
import {
  bucketFor,
  chooseTier,
  reachHeld,
  segmentsOf,
  type Segment,
} from '../../core/query/tier-plan.ts';
import type { RollupTier, Tier, TierReach } from '../../core/query/tier.ts';
import type { TimeRange } from '../../core/query/time-range.ts';
import type { Queryable } from '../store/connection/queryable.ts';
import { estimateSamples, holdsAny, readCoverages } from '../store/reading/tier-coverage.ts';

export interface TierOptions {
  readonly reach: TierReach;
  /** Where rows were cut off, which marks of rollups are held against. */
  readonly cutMs: TierReach;
  /** Those that are there, finest first. */
  readonly rollups: readonly RollupTier[];
  /** More samples than this are read from rollups. */
  readonly maxRawRows: number;
}

export interface TierWanted {
  readonly seriesIds: readonly SeriesId[];
  readonly range: TimeRange;
  readonly bucketMs: number;
  /** Of the buckets, where they are not all of one width; they span the range. */
  readonly boundsMs?: Bounds | undefined;
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
  { reach, cutMs, rollups, maxRawRows }: TierOptions,
): Promise<TierReading> {
  const { seriesIds, range, bucketMs, boundsMs } = wanted;
  const raw = { tier: 'raw', segments: [{ tier: 'raw', ...range }], bucketMs, boundsMs } as const;
  const rawReaches = range.fromMs >= reach.raw;
  const atOneASecond = (seriesIds.length * (range.toMs - range.fromMs)) / 1_000;
  if (rollups.length === 0 || (rawReaches && atOneASecond <= maxRawRows)) return raw;
  const rawRows = wanted.rawRows ?? (rawReaches ? await estimateSamples(db, seriesIds, range) : 0);
  const request = { ...wanted, rawRows, maxRawRows };
  if (chooseTier({ ...request, reach }) === 'raw') return raw;
  const coverages = await readCoverages(db, { rollups, seriesIds, range, cutMs });
  const held = reachHeld(reach, coverages);
  const tier = chooseTier({ ...request, reach: held });
  if (tier === 'raw') return raw;
  const cut = boundsMs === undefined ? undefined : boundsWithin(boundsMs, tier);
  const read = cut === undefined ? range : spanOf(cut);
  return {
    tier,
    segments: segmentsOf({ tier, range: read, coverages, reach: held }),
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

/** Infinity where there is none. */
export function firstOf(rows: readonly { readonly firstMs: number }[]): number {
  return rows.reduce((first, { firstMs }) => Math.min(first, firstMs), Infinity);
}

/** A beginning without samples that is shorter, and a smaller share of the range, is that of two samples. */
const usualSpaceMs = 900_000;
const usualShare = 1 / 50;

/**
 * Where samples were read, and the first of them is late: whether there are rollups of before. Then samples reach no
 * further than that, whoever took the rest away (somebody's own delete, a policy of the database).
 * @returns the options to read with instead; null where all is well
 */
export async function withoutGone(
  db: Queryable,
  { seriesIds, range, firstMs }: Pick<TierWanted, 'seriesIds' | 'range'> & { firstMs: number },
  options: TierOptions,
): Promise<TierOptions | null> {
  const endMs = Math.min(firstMs, range.toMs);
  const usualMs = Math.min(usualSpaceMs, (range.toMs - range.fromMs) * usualShare);
  if (endMs - range.fromMs < usualMs) return null;
  const before = { seriesIds, range: { fromMs: range.fromMs, toMs: endMs } };
  if (!(await holdsAny(db, { ...before, rollups: options.rollups }))) return null;
  return { ...options, reach: { ...options.reach, raw: Math.max(options.reach.raw, endMs) } };
}
