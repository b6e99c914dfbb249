/** Time ranges of queries: half-open [from, to), absolute, in ms since the epoch. */
import { ok, refuse, type Result } from '../result.ts';

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads `15m`, `3h`, `7d` … into ms. */
export function parseDuration(text: string): Result<number> {
  const parts = /^(\d{1,6})(s|m|h|d|w)$/.exec(text.trim());
  if (parts === null)
    return refuse(`not a duration: "${text}" (expected for example 15m, 3h or 7d)`);
  const ms = Number(parts[1]) * unitMs[parts[2]!]!;
  return ms > 0 ? ok(ms) : refuse(`not a duration: "${text}" (must be more than zero)`);
}

export function lastMs(durationMs: number, nowMs: number): TimeRange {
  return { fromMs: nowMs - durationMs, toMs: nowMs };
}

/** In order of time, what touches joined; where that leaves more than `most`, what lies nearest is joined as well. */
export function joinRanges(ranges: readonly TimeRange[], most: number): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const range of ranges.toSorted((left, right) => left.fromMs - right.fromMs)) {
    const last = joined.at(-1);
    if (last === undefined || range.fromMs > last.toMs) joined.push(range);
    else joined[joined.length - 1] = { ...last, toMs: Math.max(last.toMs, range.toMs) };
  }
  const spaces = joined.slice(1).map(({ fromMs }, at) => fromMs - joined[at]!.toMs);
  const widest = spaces.toSorted((left, right) => right - left).slice(0, Math.max(0, most - 1));
  const least = widest.at(-1) ?? Infinity;
  let left = most;
  return joined.reduce<TimeRange[]>((kept, range, at) => {
    const isApart = at === 0 || (spaces[at - 1]! >= least && (left -= 1) > 0);
    if (isApart) return [...kept, range];
    return [...kept.slice(0, -1), { ...kept.at(-1)!, toMs: range.toMs }];
  }, []);
}

export function checkRange(range: TimeRange): Result<TimeRange> {
  if (!Number.isFinite(range.fromMs) || !Number.isFinite(range.toMs)) {
    return refuse('the time range needs two times in milliseconds');
  }
  return range.fromMs < range.toMs
    ? ok(range)
    : refuse(`the time range ends (${iso(range.toMs)}) before it begins (${iso(range.fromMs)})`);
}

function iso(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}
