/**
 * Waiting times between attempts: exponential with full jitter, so that a thousand devices cut off together do not
 * come back together. Pure; randomness is passed in.
 */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const transientBackoff: BackoffPolicy = { firstMs: 500, maxMs: 60_000 };

/** For refusals that only a change on the device or in our configuration can end: shown, not hammered. */
export const permanentBackoff: BackoffPolicy = { firstMs: 120_000, maxMs: 600_000 };

/**
 * ms to wait before attempt `attempt` (1 is the first repetition).
 * @param random in [0, 1)
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: number): number {
  const ceiling = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
