import type { PathElem } from '../../../core/telemetry/path.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';

export interface DecodedLeaf {
  /** Elements below the update's path; empty for a scalar. */
  readonly below: readonly PathElem[];
  /** Null where no decoder knew it: to be counted, never invented. */
  readonly value: LeafValue | null;
}
