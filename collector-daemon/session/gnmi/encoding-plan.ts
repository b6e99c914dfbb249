/** Which encodings to ask a target for, and in which order: Capabilities lie, so the next is tried when one is refused. */
import { Encoding } from '../../../proto/generated/gnmi/gnmi.ts';

/** PROTO is exact and cheap; JSON_IETF is what IOS-XE, NX-OS and SR OS have. BYTES and ASCII carry no types. */
const preferred = [Encoding.PROTO, Encoding.JSON_IETF, Encoding.JSON] as const;

export function encodingName(encoding: Encoding): string {
  const entry = Object.entries(Encoding).find(([, value]) => value === encoding);
  return entry?.[0] ?? `encoding ${encoding}`;
}

/** Supported ones first, then the others: a target that claims none, or lies, is tried all the same. */
export function encodingPlan(claimed: readonly Encoding[]): readonly Encoding[] {
  const known = preferred.filter((encoding) => claimed.includes(encoding));
  return [...known, ...preferred.filter((encoding) => !claimed.includes(encoding))];
}
