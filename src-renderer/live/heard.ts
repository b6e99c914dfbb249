/**
 * Which lines still say something: the newest value of a device that fell silent is no value of now. Pure; the moment
 * comes from the feed.
 */
import { gapFactor, medianInterval } from '../../core/query/thin.ts';
import type { LiveSeries } from './live-series.ts';

/** Samples travel, and are stored, about so long. */
const onTheWayMs = 5_000;
/** With fewer points the spacing is anybody's guess. */
const pointsNeeded = 3;

export interface Listening {
  /** Until when there is something to hear; null before the first answer, when nothing is old. */
  readonly untilMs: number | null;
  /** Width of the answer's buckets, 0 where every sample is there. */
  readonly bucketMs: number;
  /** By id, when a line said something new, whatever its device's clock said then. */
  readonly heardAtMs: ReadonlyMap<number, number>;
  /** Numbers are of a calendar's periods: only those of the newest period go together. */
  readonly periods: boolean;
}

/** How long a line is known to hold its newest value, in the order of the lines. Infinite where nobody can say. */
export function holdingTimes(
  lines: readonly LiveSeries[],
  { bucketMs }: Pick<Listening, 'bucketMs'>,
): readonly number[] {
  const own = lines.map(({ timesMs }) =>
    timesMs.length < pointsNeeded ? 0 : medianInterval(timesMs),
  );
  const known = own.filter((spacingMs) => spacingMs > 0).toSorted((left, right) => left - right);
  // Few points are left of a line that fell silent long ago, and those beside it are mostly sampled as often.
  const usualMs = known[known.length >> 1] ?? 0;
  return own.map((spacingMs) => {
    const widest = Math.max(spacingMs || usualMs, bucketMs);
    return widest === 0 ? Number.POSITIVE_INFINITY : gapFactor * widest + onTheWayMs;
  });
}

export interface Hearing {
  /** Who said something within about three of their usual spacings. */
  readonly lines: readonly LiveSeries[];
  /** The same for those of an earlier period. */
  readonly earlier: readonly LiveSeries[];
  /** How many lines of now there are, heard or not. */
  readonly of: number;
}

/** What of a panel's lines counts as its numbers now, and as those they are compared with. */
export function hearing(series: Iterable<LiveSeries>, listening: Listening): Hearing {
  const all = [...series];
  const now = all.filter(({ marks }) => marks.earlier === undefined);
  const lines = heard(now, listening);
  const earlier = heard(
    all.filter(({ marks }) => marks.earlier !== undefined),
    listening,
  );
  if (!listening.periods) return { lines, earlier, of: now.length };
  const newestMs = Math.max(...lines.map(({ lastMs }) => lastMs));
  const newest = ({ lastMs }: LiveSeries) => lastMs === newestMs;
  return { lines: lines.filter(newest), earlier: earlier.filter(newest), of: now.length };
}

function heard(lines: readonly LiveSeries[], listening: Listening): LiveSeries[] {
  const { untilMs, heardAtMs } = listening;
  const holdMs = holdingTimes(lines, listening);
  return lines.filter(({ info, newest }, at) => {
    if (newest === null || newest.value === null) return false;
    const heardMs = Math.max(newest.timeMs, heardAtMs.get(info.id) ?? newest.timeMs);
    return untilMs === null || untilMs - heardMs <= holdMs[at]!;
  });
}

/** `1 of 12 not heard`; empty where all are. */
export function silenceWords({ lines, of }: Pick<Hearing, 'lines' | 'of'>): string {
  return lines.length < of ? `${of - lines.length} of ${of} not heard` : '';
}
