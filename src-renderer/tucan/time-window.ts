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

function timeFormat(spanMs: number): string {
  if (spanMs <= 5 * 60_000) return '%H:%M:%S';
  return spanMs <= 36 * 3_600_000 ? '%H:%M' : '%d %b';
}
