/** A time axis whose ends are signals, so that a live chart slides without being built anew. */
import type { Plot } from './plot.ts';

export const windowSignals = { from: 'fromMs', to: 'toMs' } as const;

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: 'utc' | 'local';
}

export function inTimeWindow<Row>(plot: Plot<Row>, { fromMs, toMs, zone }: TimeWindow): Plot<Row> {
  const spanMs = toMs - fromMs;
  return plot
    .param(windowSignals.from, fromMs)
    .param(windowSignals.to, toMs)
    .encode('x', {
      scale: {
        type: zone === 'utc' ? 'utc' : 'time',
        domainMin: { expr: windowSignals.from },
        domainMax: { expr: windowSignals.to },
        nice: false,
      },
    })
    .encode('x', { axis: { format: timeFormat(spanMs), tickCount: 6 } });
}

const dayMs = 86_400_000;

/** As much of a moment as tells one tick from the next. */
const formats = [
  { upToMs: 5 * 60_000, format: '%H:%M:%S' },
  { upToMs: 1.5 * dayMs, format: '%H:%M' },
  // Up to there ticks stand less than a day apart.
  { upToMs: 4.25 * dayMs, format: '%d %b %H:%M' },
  { upToMs: 366 * dayMs, format: '%d %b' },
];

function timeFormat(spanMs: number): string {
  return formats.find(({ upToMs }) => spanMs <= upToMs)?.format ?? '%b %Y';
}
