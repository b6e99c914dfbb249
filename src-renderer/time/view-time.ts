/**
 * The time every panel of a screen looks at. It is kept in the address, so that a link shows the same to everybody:
 * the last so much while live, a stretch with two ends when stopped or chosen.
 */
import { useMemo } from 'react';
import { parseDuration } from '../../core/query/time-range.ts';
import { changePlace, currentPlace, usePlace } from '../route/navigation.ts';
import type { PlaceTime } from '../route/place-time.ts';
import { hasTime } from '../route/route.ts';
import { changeSettings, settingsStore, useSettings, type Zone } from '../settings/settings.ts';
import { durationText } from './duration-text.ts';

export interface ViewTime {
  /** As a duration where the end moves with the clock. */
  readonly range: string | null;
  readonly rangeMs: number;
  /** Where the range ends; null follows the clock. */
  readonly untilMs: number | null;
}

const fallbackRangeMs = 15 * 60_000;

function lengthOf(range: string): number {
  const duration = parseDuration(range);
  return duration.ok ? duration.value : fallbackRangeMs;
}

function viewTime(time: PlaceTime | null, kept: string): ViewTime {
  if (time?.kind === 'between') {
    return { range: null, rangeMs: time.toMs - time.fromMs, untilMs: time.toMs };
  }
  const range = time?.range ?? kept;
  return { range, rangeMs: lengthOf(range), untilMs: null };
}

export function useViewTime(): ViewTime {
  const { time } = usePlace();
  const { range: kept } = useSettings();
  return useMemo(() => viewTime(time, kept), [time, kept]);
}

/** Stopped, the range stands still where it is; live again, it is as long as it was where that can be said. */
export function setLive(live: boolean): void {
  const { route, time } = currentPlace();
  const kept = settingsStore.get().range;
  const { rangeMs, untilMs } = viewTime(time, kept);
  if (!hasTime(route) || live === (untilMs === null)) return;
  const nowMs = Date.now();
  changePlace({
    time: live
      ? { kind: 'last', range: durationText(rangeMs) ?? kept }
      : { kind: 'between', fromMs: nowMs - rangeMs, toMs: nowMs },
  });
}

export function toggleLive(): void {
  setLive(currentPlace().time?.kind === 'between');
}

/** Sets the range everywhere it is kept: the address (so that a link shares it) and this browser. */
export function setRange(range: string): void {
  changeSettings({ range });
  changePlace({ time: { kind: 'last', range } });
}

export function setBetween(fromMs: number, toMs: number): void {
  changePlace({ time: { kind: 'between', fromMs: Math.round(fromMs), toMs: Math.round(toMs) } });
}

/** Fills in what the address does not say yet: the range a screen opens with, and the zone of who looks. */
export function completeAddress(range: string): void {
  const { time, zone } = currentPlace();
  if (time !== null && zone !== null) return;
  const own = parseDuration(range).ok ? ({ kind: 'last', range } as const) : null;
  changePlace({ time: time ?? own, zone: zone ?? settingsStore.get().zone }, 'replace');
}

/** The zone of times on screen: the link's, else this person's. */
export function useZone(): Zone {
  const { zone } = usePlace();
  const { zone: kept } = useSettings();
  return zone ?? kept;
}

export function setZone(zone: Zone): void {
  changeSettings({ zone });
  if (currentPlace().zone !== null) changePlace({ zone }, 'replace');
}
