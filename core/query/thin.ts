/**
 * Thins a series to the points a panel can show without losing a peak: every bucket keeps its smallest and its largest
 * value at the times they were measured (as M4 does, Jugel et al., VLDB 2014, less first and last, which at two points
 * a pixel nobody can see). Gaps become a null value, where the line must break.
 */

/** Columns of one series in time order; null is a gap. */
export interface Column {
  readonly timesMs: readonly number[];
  readonly values: readonly (number | null)[];
}

/** One bucket's samples in short; only buckets that hold a value exist. */
export interface Bucket {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly minMs: number;
  readonly min: number;
  readonly maxMs: number;
  readonly max: number;
}

/**
 * Samples are missing where their spacing is more than this many times the usual one: one late sample is jitter, and so
 * may a second be on a busy device; three intervals without any are an outage.
 */
export const gapFactor = 3;

/** The median of the spacings, 0 with fewer than two samples: outages and bursts hardly move it. */
export function medianInterval(timesMs: readonly number[]): number {
  const spacings = timesMs.slice(1).map((time, at) => time - timesMs[at]!);
  spacings.sort((left, right) => left - right);
  return spacings[Math.floor(spacings.length / 2)] ?? 0;
}

/**
 * Puts a null into every spacing longer than `gapMs`, halfway, and keeps one null of several in a row; none at the ends.
 */
export function breakAtGaps(column: Column, gapMs: number): Column {
  const timesMs: number[] = [];
  const values: (number | null)[] = [];
  for (const [at, timeMs] of column.timesMs.entries()) {
    const previousMs = timesMs.at(-1);
    const broken = values.length === 0 || values.at(-1) === null;
    const value = column.values[at]!;
    if (value === null && broken) continue;
    if (previousMs !== undefined && !broken && value !== null && timeMs - previousMs > gapMs) {
      timesMs.push((previousMs + timeMs) / 2);
      values.push(null);
    }
    timesMs.push(timeMs);
    values.push(value);
  }
  if (values.at(-1) === null) {
    timesMs.pop();
    values.pop();
  }
  return { timesMs, values };
}

/** Sums up the samples in buckets that begin at multiples of `bucketMs`; nulls belong to no bucket. */
export function bucketsOf(column: Column, bucketMs: number): Bucket[] {
  const buckets: Bucket[] = [];
  let currentIndex = Number.NaN;
  for (const [at, timeMs] of column.timesMs.entries()) {
    const value = column.values[at]!;
    if (value === null) continue;
    const index = Math.floor(timeMs / bucketMs);
    if (index === currentIndex) {
      buckets.push(extended(buckets.pop()!, timeMs, value));
    } else {
      currentIndex = index;
      const own = { firstMs: timeMs, lastMs: timeMs, minMs: timeMs, maxMs: timeMs };
      buckets.push({ ...own, min: value, max: value });
    }
  }
  return buckets;
}

function extended(bucket: Bucket, timeMs: number, value: number): Bucket {
  return {
    ...bucket,
    lastMs: timeMs,
    ...(value < bucket.min ? { min: value, minMs: timeMs } : {}),
    ...(value > bucket.max ? { max: value, maxMs: timeMs } : {}),
  };
}

export interface BucketLimits {
  /** Spacings longer than this are gaps. */
  readonly gapMs: number;
  /** At least twice the number of buckets; what is left over is for nulls. */
  readonly maxPoints: number;
}

/** The points of the buckets in time order. With more gaps than room for nulls the longest are shown. */
export function columnOfBuckets(buckets: readonly Bucket[], limits: BucketLimits): Column {
  const points = buckets.reduce((sum, bucket) => sum + (isSinglePoint(bucket) ? 1 : 2), 0);
  const shown = longestGaps(buckets, limits.gapMs, limits.maxPoints - points);
  const timesMs: number[] = [];
  const values: (number | null)[] = [];
  const push = (timeMs: number, value: number | null) => {
    timesMs.push(timeMs);
    values.push(value);
  };
  for (const [at, bucket] of buckets.entries()) {
    if (shown.has(at)) push((buckets[at - 1]!.lastMs + bucket.firstMs) / 2, null);
    const minFirst = bucket.minMs <= bucket.maxMs;
    if (minFirst) push(bucket.minMs, bucket.min);
    if (!isSinglePoint(bucket)) push(bucket.maxMs, bucket.max);
    if (!minFirst) push(bucket.minMs, bucket.min);
  }
  return { timesMs, values };
}

/** Two values may have been measured at one time. */
function isSinglePoint({ minMs, min, maxMs, max }: Bucket): boolean {
  return minMs === maxMs && min === max;
}

/** Positions of the buckets before which a gap lies. */
function longestGaps(buckets: readonly Bucket[], gapMs: number, room: number): Set<number> {
  const gaps = buckets
    .map((bucket, at) => ({
      at,
      lengthMs: at === 0 ? 0 : bucket.firstMs - buckets[at - 1]!.lastMs,
    }))
    .filter(({ lengthMs }) => lengthMs > gapMs)
    .sort((left, right) => right.lengthMs - left.lengthMs);
  return new Set(gaps.slice(0, Math.max(0, room)).map(({ at }) => at));
}

/**
 * A column with at most `maxPoints` points: as it is with nulls at gaps where that fits, else thinned by buckets.
 */
export function thinColumn(
  column: Column,
  limits: { bucketMs: number; maxPoints: number },
): { column: Column; thinned: boolean } {
  const gapMs = gapFactor * medianInterval(column.timesMs);
  const whole = breakAtGaps(column, gapMs);
  if (whole.timesMs.length <= limits.maxPoints) return { column: whole, thinned: false };
  const buckets = bucketsOf(column, limits.bucketMs);
  return {
    // A gap narrower than a bucket is narrower than a pixel or two.
    column: columnOfBuckets(buckets, { gapMs, maxPoints: limits.maxPoints }),
    thinned: true,
  };
}
