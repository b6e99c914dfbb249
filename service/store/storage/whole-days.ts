/** Cuts of retention lie where UTC days begin: there a bucket of every tier begins, and no bucket loses half of its source. */
const dayMs = 86_400_000;

/** The beginning of the day that the time lies in. */
export function dayBefore(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

/** The day's beginning, of a time that is none the next one. */
export function wholeFrom(ms: number): number {
  return Math.ceil(ms / dayMs) * dayMs;
}
