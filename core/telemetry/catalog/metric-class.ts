import type { SeriesKind } from '../series.ts';
import type { Unit } from '../unit.ts';

/** What a leaf is. */
export interface MetricClass {
  readonly kind: SeriesKind;
  readonly unit: Unit;
}
