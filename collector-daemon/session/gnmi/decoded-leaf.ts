import type { PathElem } from '../../../core/telemetry/path.ts';
import type { LeafValue } from '../../../core/telemetry/value.ts';

export interface DecodedLeaf {
  /** Elements below the update's path; empty for a scalar. */
  readonly below: readonly PathElem[];
  /** The value was a whole list: keys of its entry, which belong to the last element of the update's path. */
  readonly entryKeys?: PathElem['keys'];
  /** The JSON string that the number was read from: RFC 7951 writes 64-bit numbers so, and nothing tells them from names. */
  readonly quoted?: string;
  /** The JSON number as it was written, which says more than its value: 1.10. */
  readonly written?: string;
  /** It is an entry of a list, whole, that nothing tells from others: what of it identifies. */
  readonly ambiguous?: string;
  /** Null where no decoder knew it: to be counted, never invented. */
  readonly value: LeafValue | null;
}
