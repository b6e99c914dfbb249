/** The time every panel of a screen looks at: how long a stretch, and whether its end moves with the clock. */
import { useMemo } from 'react';
import { parseDuration } from '../../core/query/time-range.ts';
import { currentPlace, setRangeInAddress, usePlace } from '../route/navigation.ts';
import { changeSettings, useSettings } from '../settings/settings.ts';
import { createStore, useStore } from '../settings/store.ts';

export interface ViewTime {
  readonly range: string;
  readonly rangeMs: number;
  readonly live: boolean;
  /** Where the range ends while not live. */
  readonly frozenAtMs: number;
}

const fallbackRangeMs = 15 * 60_000;

interface Liveness {
  readonly live: boolean;
  readonly frozenAtMs: number;
}

const livenessStore = createStore<Liveness>({ live: true, frozenAtMs: 0 });

export function setLive(live: boolean): void {
  livenessStore.set({ live, frozenAtMs: live ? 0 : Date.now() });
}

export function toggleLive(): void {
  setLive(!livenessStore.get().live);
}

/** Sets the range everywhere it is kept: the address (so that a link shares it) and this browser. */
export function setRange(range: string): void {
  changeSettings({ range });
  setRangeInAddress(range);
}

/** The range a dashboard opens with, unless the address already says one. */
export function openWithRange(range: string): void {
  if (currentPlace().range === null && parseDuration(range).ok) setRangeInAddress(range);
}

export function useViewTime(): ViewTime {
  const { range: inAddress } = usePlace();
  const { range: kept } = useSettings();
  const liveness = useStore(livenessStore);
  const range = inAddress ?? kept;
  return useMemo(() => {
    const duration = parseDuration(range);
    return { range, rangeMs: duration.ok ? duration.value : fallbackRangeMs, ...liveness };
  }, [range, liveness]);
}
