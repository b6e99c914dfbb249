/** Buckets that are not all of one width, as the bounds between them, and the rollups that fit them. Pure. */
import { tierMs, tiers, type RollupTier, type Tier, type TierReach } from './tier.ts';
import type { TimeRange } from './time-range.ts';

/** In ms, in order, one more than there are buckets. */
export type Bounds = readonly number[];

/** What one number of an answer is of. */
export type Buckets =
  /** They begin at multiples of the width. */
  | { readonly by: 'width'; readonly widthMs: number }
  /** One of the whole range. */
  | { readonly by: 'range' }
  /** They span the range. */
  | { readonly by: 'bounds'; readonly boundsMs: Bounds };

export function spanOf(boundsMs: Bounds): TimeRange {
  return { fromMs: boundsMs[0]!, toMs: boundsMs.at(-1)! };
}

const rollups = tiers.filter((tier) => tier !== 'raw');

/** The coarsest rollup whose rows no bound cuts: days in UTC, hours in most zones, minutes in those of :30 and :45. */
export function tierOfBounds(boundsMs: Bounds): RollupTier {
  const whole = (tier: RollupTier) => boundsMs.every((boundMs) => boundMs % tierMs[tier] === 0);
  return rollups.findLast(whole) ?? '1m';
}

/**
 * The bounds nearest to these that cut no row of the tier: these themselves where they cut none, null where its rows
 * are wider than every bucket. So buckets that meet still meet, and each row is of one of them, whoever asks.
 */
export function boundsFor(boundsMs: Bounds, tier: Tier): Bounds | null {
  const widthMs = tierMs[tier];
  if (tier === 'raw' || boundsMs.every((boundMs) => boundMs % widthMs === 0)) return boundsMs;
  const widest = Math.max(...boundsMs.slice(1).map((boundMs, at) => boundMs - boundsMs[at]!));
  if (widest < widthMs) return null;
  return boundsMs.map((boundMs) => Math.round(boundMs / widthMs) * widthMs);
}

/**
 * Split where a rollup's reach ends, from the finest one that is wanted on: what is left of old buckets must not make the
 * new ones coarse. Where the older side is rounded, up to half a row at the split is in both sides or in none.
 */
export function splitAtReach(
  boundsMs: Bounds,
  { finest, reach }: { finest: RollupTier; reach: TierReach },
): Bounds[] {
  const last = boundsMs.length - 1;
  const cuts = rollups
    .slice(rollups.indexOf(finest))
    .map((tier) => boundsMs.findIndex((boundMs) => boundMs >= reach[tier]))
    .filter((at) => at > 0 && at < last);
  const ends = [...new Set([0, ...cuts, last])].toSorted((left, right) => left - right);
  return ends.slice(1).map((end, at) => boundsMs.slice(ends[at], end + 1));
}
