/** Which partitions are missing, whatever lengths those have that are there. No I/O; times are ms since the epoch. */

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Spans that fill all of `wanted` that no span of `there` covers. Each lies within one whole multiple of the length, so
 * that it ends where others of that length do; borders between lengths are those of what is there.
 */
export function missingSpans(
  there: readonly TimeSpan[],
  wanted: TimeSpan,
  lengthMs: number,
): TimeSpan[] {
  const missing: TimeSpan[] = [];
  const sorted = there.toSorted((one, other) => one.fromMs - other.fromMs);
  const first = Math.floor(wanted.fromMs / lengthMs) * lengthMs;
  for (let fromMs = first; fromMs < wanted.toMs; fromMs += lengthMs) {
    missing.push(...holes(sorted, { fromMs, toMs: fromMs + lengthMs }));
  }
  return missing;
}

/** @param sorted by their beginnings; they do not overlap one another */
function holes(sorted: readonly TimeSpan[], slot: TimeSpan): TimeSpan[] {
  const found: TimeSpan[] = [];
  let fromMs = slot.fromMs;
  for (const span of sorted) {
    if (span.toMs <= fromMs) continue;
    if (span.fromMs >= slot.toMs) break;
    if (span.fromMs > fromMs) found.push({ fromMs, toMs: span.fromMs });
    fromMs = span.toMs;
  }
  if (fromMs < slot.toMs) found.push({ fromMs, toMs: slot.toMs });
  return found;
}
