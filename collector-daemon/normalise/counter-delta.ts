/**
 * The increase of a counter since its predecessor, exact (BigInt), aware of resets and of 32- and 64-bit wraps. Pure.
 *
 * A counter that went down either wrapped or was restarted. It wrapped when the predecessor stood in the last eighth
 * of the 32- or 64-bit range and the new value stands in the first eighth; everything else is a restart, whose
 * increase is what was counted since: the value itself.
 */
import { quality } from '../../core/telemetry/sample.ts';

export interface CounterStep {
  readonly delta: bigint;
  /** Bits of `quality`: 0, reset or wrap. */
  readonly quality: number;
}

const ranges = [1n << 32n, 1n << 64n];

export function counterStep(before: bigint, now: bigint): CounterStep {
  if (now >= before) return { delta: now - before, quality: 0 };
  // No counter is negative; a leaf that is may only look like one.
  if (now < 0n) return { delta: 0n, quality: quality.reset };
  for (const range of ranges) {
    const eighth = range / 8n;
    if (before < range && before >= range - eighth && now < eighth) {
      return { delta: now + range - before, quality: quality.wrap };
    }
  }
  return { delta: now, quality: quality.reset };
}
