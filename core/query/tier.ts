/** Where telemetry is kept: every sample, and ever coarser rollups that are kept ever longer. */

/** Finest first. */
export const tiers = ['raw', '1m', '1h', '1d'] as const;
export type Tier = (typeof tiers)[number];
export type RollupTier = Exclude<Tier, 'raw'>;

/** Width of a row's bucket; buckets begin at multiples of it. */
export const tierMs: Readonly<Record<Tier, number>> = {
  raw: 0,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

/** How long each tier is kept, in ms. */
export type TierRetention = Readonly<Record<Tier, number>>;

/** From when on each tier has everything that was measured, ms since the epoch. */
export type TierReach = Readonly<Record<Tier, number>>;

/**
 * No further than it is to be kept, for what is older may go at any moment, and no further than it was cut already: a
 * setting that was raised brings nothing back.
 */
export function reachOf(
  { keptMs, cutMs }: { readonly keptMs: TierRetention; readonly cutMs: TierReach },
  nowMs: number,
): TierReach {
  const reach = (tier: Tier) => Math.max(nowMs - keptMs[tier], cutMs[tier]);
  return { raw: reach('raw'), '1m': reach('1m'), '1h': reach('1h'), '1d': reach('1d') };
}

const dayMs = 86_400_000;

export const defaultRetention: TierRetention = {
  raw: 30 * dayMs,
  '1m': 180 * dayMs,
  '1h': 730 * dayMs,
  '1d': 3_650 * dayMs,
};

export function floorTo(ms: number, widthMs: number): number {
  return Math.floor(ms / widthMs) * widthMs;
}

export function ceilTo(ms: number, widthMs: number): number {
  return Math.ceil(ms / widthMs) * widthMs;
}

export function coarser(left: Tier, right: Tier): Tier {
  return tiers.indexOf(left) > tiers.indexOf(right) ? left : right;
}
