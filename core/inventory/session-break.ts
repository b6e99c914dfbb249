/** A hole in what a session delivers, as the worker that holds it saw it: told once, whenever the next report goes. */
export const breakCauses = ['connection-lost', 'silence', 'collector-stalled'] as const;
export type BreakCause = (typeof breakCauses)[number];

export interface SessionBreak {
  /** ms since the epoch; breaks of a session are in this order, no two at once. */
  readonly noticedAtMs: number;
  /** Since when the session had delivered. */
  readonly streamedFromMs: number;
  /** Of the last update before. */
  readonly fromMs: number;
  /** Known where the stream went on; null: until the session streams again. */
  readonly toMs: number | null;
  readonly cause: BreakCause;
}
