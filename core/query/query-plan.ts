/**
 * How finely a panel's telemetry is read: at most 2 points a pixel and series, at most 1,600 points a panel. Pure; the
 * sources carry it out.
 */
import type { TimeRange } from './time-range.ts';

/** Charts redraw 1,600 points within a frame; more would not be seen anyway. */
export const maxPanelPoints = 1_600;
/** Beyond this many series each would get fewer than 8 points: the rest are only counted. */
export const maxPanelSeries = 200;

/** One bucket takes two points, and a range that cuts it in two takes twice as many. */
export const minPanelWidthPx = 2;

export interface QueryPlan {
  /** Points of one series at most, nulls at gaps included. */
  readonly pointsPerSeries: number;
  /** Width of a thinning bucket, used only where there are more samples than points. */
  readonly bucketMs: number;
}

export interface PlanRequest {
  readonly range: TimeRange;
  readonly widthPx: number;
  /** Series that will be read, 1 to `maxPanelSeries`. */
  readonly series: number;
}

/**
 * Every bucket keeps its minimum and its maximum, so it takes two points; buckets begin at multiples of their width, so
 * one more than fits the range may be touched, and a refresh a second later gives the same buckets.
 */
export function planQuery({ range, widthPx, series }: PlanRequest): QueryPlan {
  const pointsPerSeries = Math.min(widthPx * 2, Math.floor(maxPanelPoints / Math.max(1, series)));
  const buckets = Math.max(1, Math.floor(pointsPerSeries / 2) - 1);
  return { pointsPerSeries, bucketMs: roundUp((range.toMs - range.fromMs) / buckets) };
}

const steps = [1, 2, 5];

/** The next of 1, 2, 5, 10, 20, 50 … ms, then whole seconds: buckets that divide clock time evenly where they can. */
function roundUp(ms: number): number {
  if (ms > 1_000) return Math.ceil(ms / 1_000) * 1_000;
  for (let scale = 1; scale < 1_000; scale *= 10) {
    const found = steps.find((step) => step * scale >= ms);
    if (found !== undefined) return found * scale;
  }
  return 1_000;
}
