/** Times on screen: always 24 hours, always with a zone somewhere near. */
import type { Zone } from '../settings/settings.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-GB', {
      ...options,
      hourCycle: 'h23',
      ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
    });
    formats.set(key, made);
  }
  return made;
}

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;

export function formatClock(timeMs: number, zone: Zone): string {
  return format(zone, clock).format(timeMs);
}

/** `2026-11-21 05:00:12`, for tables and titles. */
export function formatDateTime(timeMs: number, zone: Zone): string {
  const parts = Object.fromEntries(
    format(zone, { ...day, ...clock })
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']}:${parts['second']}`;
}

/** The clock for times of today, the date with it for others. */
export function formatMoment(
  timeMs: number,
  { zone, nowMs }: { zone: Zone; nowMs: number },
): string {
  const full = formatDateTime(timeMs, zone);
  return full.slice(0, 10) === formatDateTime(nowMs, zone).slice(0, 10)
    ? full.slice(11)
    : full.slice(0, 16);
}

/** `UTC`, or the local zone as an offset such as `GMT+2`. */
export function zoneLabel(zone: Zone, nowMs: number): string {
  if (zone === 'utc') return 'UTC';
  return (
    format(zone, { timeZoneName: 'shortOffset' })
      .formatToParts(nowMs)
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'local'
  );
}
