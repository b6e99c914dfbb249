/** A time range as people type it: `45m`; `14:00 - 14:30` of today; `2026-11-20 22:00 - 2026-11-21 02:00`. Pure. */
import { parseDuration } from '../../core/query/time-range.ts';
import type { PlaceTime } from '../route/place-time.ts';
import type { Zone } from '../settings/settings.ts';
import { formatDateTime } from './time-format.ts';

interface Here {
  readonly zone: Zone;
  readonly nowMs: number;
}

const between = /\s+(?:-|–|to)\s+|\s*–\s*/;
const momentPattern = /^(?:(\d{4})-(\d{2})-(\d{2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** Null where the text says no range. A moment without a date is of the day of the one before it, else of today. */
export function parseTypedRange(text: string, here: Here): PlaceTime | null {
  const trimmed = text.trim();
  if (parseDuration(trimmed).ok) return { kind: 'last', range: trimmed };
  const [from = '', to, ...more] = trimmed.split(between);
  if (to === undefined || more.length > 0) return null;
  const fromMs = parseMoment(from, here.nowMs, here.zone);
  const toMs = fromMs === null ? null : parseMoment(to, fromMs, here.zone);
  if (fromMs === null || toMs === null || toMs <= fromMs) return null;
  return { kind: 'between', fromMs, toMs };
}

function parseMoment(text: string, dayMs: number, zone: Zone): number | null {
  const parts = momentPattern.exec(text);
  if (parts === null) return null;
  const [hour, minute, second] = [parts[4], parts[5], parts[6] ?? '0'].map(Number);
  const day = formatDateTime(dayMs, zone).slice(0, 10).split('-');
  const [year, month, date] = [parts[1] ?? day[0], parts[2] ?? day[1], parts[3] ?? day[2]].map(
    Number,
  );
  const at = [year!, month! - 1, date!, hour!, minute!, second!] as const;
  const timeMs = zone === 'utc' ? Date.UTC(...at) : new Date(...at).getTime();
  // The 31st of a short month and 25:00 would become another moment.
  const said = formatDateTime(timeMs, zone).split(/[- :]/).map(Number);
  const meant = [year, month, date, hour, minute, second];
  return meant.every((part, index) => part === said[index]) ? timeMs : null;
}
