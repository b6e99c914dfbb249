/**
 * What a session says about its device, in the order it was received. Order between the notifications of one device
 * never changes on the way to the sinks.
 */
import type { DataTrouble } from './data-trouble.ts';
import type { Path } from './path.ts';
import type { LeafValue } from './value.ts';

export interface LeafUpdate {
  readonly path: Path;
  readonly value: LeafValue;
  /** gNMI `duplicates`: how many values the device coalesced into this one because we were slow. */
  readonly duplicates: number;
}

/** An entry of a list that nothing tells from others; none of its leaves is stored. */
export interface AmbiguousEntry {
  /** Of the list. */
  readonly path: Path;
  /** What of it would have to tell, for people to read. */
  readonly entry: string;
}

export type Notification =
  | {
      readonly kind: 'update';
      /** Device time. 0 when the device sent none. */
      readonly timestampNs: bigint;
      readonly receivedAtMs: number;
      /** Set when the message is the whole subtree under this path (gNMI `atomic`). */
      readonly atomicUnder: Path | null;
      /** Applied before `updates` (gNMI §2.1). */
      readonly deletes: readonly Path[];
      readonly updates: readonly LeafUpdate[];
      /** Values that no decoder knew, and entries that nothing tells apart; counted, never invented. */
      readonly undecodable: number;
      /** Where they stood, leaves or containers: something is there all the same. Absent: nowhere. */
      readonly undecodedAt?: readonly Path[];
      /** Absent: none. */
      readonly ambiguous?: readonly AmbiguousEntry[];
      /** What else was found out while it was read. Absent: nothing. */
      readonly troubles?: readonly DataTrouble[];
    }
  /** The initial set is complete, but for what some targets send late. */
  | {
      readonly kind: 'sync';
      readonly receivedAtMs: number;
      /** Texts of the subscribed paths that the target refuses: of what lies there its silence says nothing. */
      readonly refused: readonly string[];
    }
  /** The stream broke off; the next sample of each series has no predecessor. */
  | { readonly kind: 'gap'; readonly receivedAtMs: number; readonly reason: string };

export type UpdateNotification = Extract<Notification, { kind: 'update' }>;
