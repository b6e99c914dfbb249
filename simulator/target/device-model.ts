/** What a gNMI target serves: a set of leaves that can be read, that move on with time, and that may come and go. */
import type { Path } from '../../core/telemetry/path.ts';
import type { LeafValue } from '../../core/telemetry/value.ts';

export interface ModelLeaf {
  /** Full path with all keys. */
  readonly path: Path;
  /** `on-change` leaves announce every change; `sampled` ones (counters, gauges) move all the time and are only read. */
  readonly change: 'on-change' | 'sampled';
  /** Width of an integer in the YANG type; JSON writes 64-bit ones as strings (RFC 7951 §6.1). */
  readonly integerBits: 32 | 64;
  /** The value as of the last tick. */
  read(): LeafValue;
}

export type ModelChange =
  /** A leaf that is new, or an `on-change` leaf with another value. */
  | { readonly kind: 'set'; readonly leaf: ModelLeaf }
  /** Everything at and below `path` is gone. */
  | { readonly kind: 'delete'; readonly path: Path };

export interface DeviceModel {
  readonly name: string;
  /** Time of the last tick, ms since the epoch: the time of every value read since. */
  readonly tickedAtMs: number;
  leaves(): Iterable<ModelLeaf>;
  /** Paths (keys of any value) that its model has, though there may be nothing at them: asking for them is no mistake. */
  readonly knownPaths?: readonly Path[];
  /** Moves the device on to `nowMs` (device time); going back or standing still changes nothing. */
  tick(nowMs: number): void;
  onChange(listener: (change: ModelChange) => void): Disposable;
}
