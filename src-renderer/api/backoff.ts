const firstMs = 500;
const longestMs = 15_000;

/** How long to wait before attempt number `attempt` (from 0): doubling, capped, with the upper half left to chance. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling * (0.5 + random() / 2));
}
