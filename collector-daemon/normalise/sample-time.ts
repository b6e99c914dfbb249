/** When something happened to a leaf: when it is stored, and what orders it. */

export interface TimeLimits {
  /** Older device times would fall outside raw retention. */
  readonly oldestMs: number;
  /** A clock that is right may be this far ahead of ours. */
  readonly aheadMs: number;
}

export const defaultTimeLimits: TimeLimits = { oldestMs: 30 * 86_400_000, aheadMs: 10_000 };

/**
 * Stamps of a device are compared within one epoch of its clock and one connect; else the order of arrival counts, as it
 * does where the device says nothing that can be believed.
 */
export interface LeafTime {
  /** µs since the epoch, as it is stored. */
  readonly timeUs: number;
  /** µs as the device says; NaN where it says nothing, or nothing that is believed. */
  readonly stampUs: number;
  /** Of the device's clock. */
  readonly clockEpoch: number;
  /** Of the connect. */
  readonly generation: number;
}

/** A time of our own clock. */
export function ownTime(timeUs: number, generation: number): LeafTime {
  return { timeUs, stampUs: Number.NaN, clockEpoch: 0, generation };
}
