/** What an address says of time: the last so much, or from one moment to another; and the zone its reader saw. */
import { parseDuration } from '../../core/query/time-range.ts';
import { zones, type Zone } from '../settings/settings.ts';

export type PlaceTime =
  /** `range` is a duration such as `15m`, up to now. */
  | { readonly kind: 'last'; readonly range: string }
  | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number };

/** `?range=15m`, or `?from=…&to=…` in ms since the epoch; null where neither can be read. */
export function parsePlaceTime(parameters: URLSearchParams): PlaceTime | null {
  const from = moment(parameters.get('from'));
  const to = moment(parameters.get('to'));
  if (from !== null && to !== null && from < to) return { kind: 'between', fromMs: from, toMs: to };
  const range = parameters.get('range');
  return range !== null && parseDuration(range).ok ? { kind: 'last', range } : null;
}

function moment(text: string | null): number | null {
  // 8.64e15 is the last moment that dates can name.
  return text !== null && /^\d{1,16}$/.test(text) && Number(text) <= 8.64e15 ? Number(text) : null;
}

export function parseZone(parameters: URLSearchParams): Zone | null {
  return zones.find((zone) => zone === parameters.get('zone')) ?? null;
}

export function formatPlaceTime(time: PlaceTime | null): readonly (readonly [string, string])[] {
  switch (time?.kind) {
    case undefined:
      return [];
    case 'last':
      return [['range', time.range]];
    case 'between':
      return [
        ['from', String(time.fromMs)],
        ['to', String(time.toMs)],
      ];
    default:
      return time satisfies never;
  }
}
