/** What a panel asks for, and how its feed is doing. */
import type { RangeQuery } from '../../core/contract/query.ts';
import type { Failure } from '../api/failure.ts';

export interface FeedState {
  readonly phase:
    | { readonly kind: 'loading' }
    | { readonly kind: 'ready' }
    | { readonly kind: 'failed'; readonly failure: Failure };
  readonly stream: 'off' | 'connecting' | 'on' | 'polling' | 'broken';
  /** How often the panel asks again, while `stream` is `polling`. */
  readonly pollMs: number;
  /** Counts what arrived, at most four times a second; a new number means there is something to draw. */
  readonly revision: number;
  /** When the newest thing on screen was true. */
  readonly asOfMs: number | null;
}

export interface FeedRequest {
  readonly query: RangeQuery;
  readonly rangeMs: number;
  /** Where the range ends; null follows the clock. */
  readonly untilMs: number | null;
}

/** The stretch of time that is asked for now. */
export function rangeAt(
  { rangeMs, untilMs }: Pick<FeedRequest, 'rangeMs' | 'untilMs'>,
  nowMs: number,
): { fromMs: number; toMs: number } {
  const toMs = untilMs ?? nowMs;
  return { fromMs: toMs - rangeMs, toMs };
}
