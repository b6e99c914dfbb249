/** Hours, days, weeks and months of a time zone: buckets as long as the clocks on the wall say. */
import type { Bounds } from './bounds.ts';
import { nextHour, offsetMs, startOfDay, startOfHour, wallMs } from './time-zone.ts';
import type { TimeRange } from './time-range.ts';

/** Weeks begin on Monday. */
export const calendarUnits = ['hour', 'day', 'week', 'month'] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

export interface Calendar {
  readonly unit: CalendarUnit;
  /** IANA name */
  readonly timeZone: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long they mostly are. */
export const usualLengthMs: Readonly<Record<CalendarUnit, number>> = {
  hour: hourMs,
  day: dayMs,
  week: 7 * dayMs,
  // A month of the Gregorian calendar in the mean.
  month: 30.436_875 * dayMs,
};

/** Times that calendars are reckoned in; nothing was measured before. */
const earliestMs = 0;
const latestMs = Date.UTC(9999, 0);
const within = (timeMs: number) => Math.min(latestMs, Math.max(earliestMs, timeMs));

/** About how many periods the range touches, without reckoning them. */
export function estimatePeriods({ fromMs, toMs }: TimeRange, { unit }: Calendar): number {
  return (within(toMs) - within(fromMs)) / usualLengthMs[unit];
}

/** The periods that the range touches, each whole, and each bound once. */
export function periodsOf({ fromMs, toMs }: TimeRange, calendar: Calendar): Bounds {
  const firstMs = within(fromMs);
  const lastMs = Math.max(firstMs, Math.ceil(within(toMs)) - 1);
  const { unit, timeZone } = calendar;
  if (unit === 'hour') {
    const boundsMs = [startOfHour(timeZone, firstMs)];
    while (boundsMs.at(-1)! <= lastMs) boundsMs.push(nextHour(timeZone, boundsMs.at(-1)!));
    return boundsMs;
  }
  const first = periodAt(firstMs, { unit, timeZone });
  const last = periodAt(lastMs, { unit, timeZone });
  return periodsFrom(first, last - first + 1, { unit, timeZone });
}

/** How many whole periods stand for so long; one at the least. */
export function wholePeriods(lengthMs: number, unit: CalendarUnit): number {
  return Math.max(1, Math.round(lengthMs / usualLengthMs[unit]));
}

/** As many periods, so much earlier in whole periods, one at the least: a day stays a day though the clocks changed. */
export function periodsBefore(boundsMs: Bounds, calendar: Calendar, backMs: number): Bounds {
  const { unit, timeZone } = calendar;
  const back = wholePeriods(backMs, unit);
  const count = boundsMs.length - 1;
  if (unit !== 'hour') {
    const first = periodAt(boundsMs[0]!, { unit, timeZone });
    return periodsFrom(first - back, count, { unit, timeZone });
  }
  const before = [startOfHour(timeZone, sameWallTime(timeZone, boundsMs[0]!, back * hourMs))];
  while (before.length <= count) before.push(nextHour(timeZone, before.at(-1)!));
  return before;
}

/** Eight in the morning of the day before is eight in the morning. */
function sameWallTime(timeZone: string, timeMs: number, backMs: number): number {
  const beforeMs = timeMs - backMs;
  return beforeMs + offsetMs(timeZone, timeMs) - offsetMs(timeZone, beforeMs);
}

/** Periods that begin at midnights can be counted. */
interface DayCalendar extends Calendar {
  readonly unit: Exclude<CalendarUnit, 'hour'>;
}

function periodsFrom(first: number, count: number, { unit, timeZone }: DayCalendar): Bounds {
  const boundsMs = Array.from({ length: count + 1 }, (_, at) =>
    startOfDay(timeZone, firstDayOf(first + at, unit)),
  );
  // A day that a zone left out (Apia, 30 December 2011) has no length.
  return boundsMs.filter((boundMs, at) => boundMs !== boundsMs[at - 1]);
}

function periodAt(timeMs: number, { unit, timeZone }: DayCalendar): number {
  const wall = wallMs(timeZone, timeMs);
  const day = Math.floor(wall / dayMs);
  switch (unit) {
    case 'day':
      return day;
    case 'week':
      // 1970 began on a Thursday.
      return Math.floor((day + 3) / 7);
    case 'month':
      return new Date(wall).getUTCFullYear() * 12 + new Date(wall).getUTCMonth();
    default:
      return unit satisfies never;
  }
}

/** As its midnight in UTC. */
function firstDayOf(period: number, unit: DayCalendar['unit']): number {
  switch (unit) {
    case 'day':
      return period * dayMs;
    case 'week':
      return (period * 7 - 3) * dayMs;
    case 'month':
      return Date.UTC(Math.floor(period / 12), period - Math.floor(period / 12) * 12);
    default:
      return unit satisfies never;
  }
}
