/** A panel's question, and whether it makes sense. */
import type { RangeQuery } from '../../core/contract/query.ts';
import { NocturneError } from '../../core/errors.ts';
import { minPanelWidthPx } from '../../core/query/query-plan.ts';
import { checkRange, type TimeRange } from '../../core/query/time-range.ts';

export interface PanelQuery extends RangeQuery, TimeRange {
  /** 2 to 8,192 */
  readonly widthPx: number;
}

/** How many times every line is in the answer: now, and earlier. */
export function spansOf({ offsetMs }: PanelQuery): number {
  return offsetMs === undefined ? 1 : 2;
}

/** Times that JavaScript can hold. */
const maxTimeMs = 8.64e15;

/** @throws INPUT_INVALID */
export function checkedRange({ fromMs, toMs, offsetMs = 0 }: PanelQuery): TimeRange {
  const range = checkRange({ fromMs, toMs });
  if (!range.ok) throw new NocturneError('INPUT_INVALID', range.problem);
  if (Math.abs(fromMs) > maxTimeMs || Math.abs(toMs) > maxTimeMs) {
    throw new NocturneError('INPUT_INVALID', 'the time range lies outside of what can be stored');
  }
  if (!Number.isFinite(offsetMs) || offsetMs < 0) {
    throw new NocturneError('INPUT_INVALID', `not a time to go back by: ${offsetMs} ms`);
  }
  return range.value;
}

const maxWidthPx = 8_192;

/** @throws INPUT_INVALID */
export function checkedWidth({ widthPx }: PanelQuery): number {
  if (widthPx >= minPanelWidthPx && widthPx <= maxWidthPx) return Math.floor(widthPx);
  throw new NocturneError(
    'INPUT_INVALID',
    `not a width of a panel: ${widthPx} px (${minPanelWidthPx} to ${maxWidthPx} are)`,
  );
}
