/**
 * What a counter has counted since its predecessor, exact (BigInt). Pure.
 *
 * A counter that stands lower than before was cleared, has wrapped, or went back; two values cannot tell. What it usually
 * counts in that time can, or the device's own word that it was cleared; else the increase is not known, and none is made up.
 */

export interface Fall {
  readonly before: bigint;
  readonly now: bigint;
  /** How much it counted of late in as much time, at most; NaN where that is not known. */
  readonly usual: number;
  /** It has been beyond 32 bits. */
  readonly wide: boolean;
  /** The device says that it was cleared in between. */
  readonly cleared: boolean;
}

export type FallMeaning =
  /** It began anew from 0. */
  | { readonly kind: 'reset'; readonly delta: bigint }
  | { readonly kind: 'wrap'; readonly delta: bigint }
  /** It went back by less than it counts: it counts from where it stood, once it is there again. */
  | { readonly kind: 'slip' }
  | { readonly kind: 'unknown' };

const range64 = 1n << 64n;
const ranges = [1n << 32n, range64];
const wideRanges = [range64];
/** A counter is not so near to the end of 64 bits by chance. */
const atTheEnd = 4_096n;
/** What is usual may double. */
const margin = 2;
/** More a ms is no counting: 8,000 Tb/s. */
export const mostPerMs = 1e12;

export function meaningOf({ before, now, usual, wide, cleared }: Fall): FallMeaning {
  // No counter is negative; a leaf that is only looks like one.
  if (now < 0n) return { kind: 'unknown' };
  if (cleared) return { kind: 'reset', delta: now };
  const likely = (count: bigint) => Number(count) <= usual * margin;
  for (const range of wide ? wideRanges : ranges) {
    const delta = now + range - before;
    if (before < range && likely(delta)) return { kind: 'wrap', delta };
  }
  if (Number.isNaN(usual) && isAtTheEnd(before, now)) {
    return { kind: 'wrap', delta: now + range64 - before };
  }
  if (now === 0n || (likely(now) && now <= before / 2n)) return { kind: 'reset', delta: now };
  return likely(before - now) ? { kind: 'slip' } : { kind: 'unknown' };
}

/** All ones is what some say who have no count. */
function isAtTheEnd(before: bigint, now: bigint): boolean {
  return before < range64 - 1n && now + range64 - before <= atTheEnd;
}
