/** Which time a sample gets: the device's where it can be believed, else the time it was received. Pure. */
import { usFromMs, usFromNs } from '../../core/time.ts';

export interface TimeLimits {
  /** Older device times would fall outside raw retention. */
  readonly oldestMs: number;
  /** A device may be this far ahead of us. */
  readonly aheadMs: number;
}

export const defaultTimeLimits: TimeLimits = { oldestMs: 30 * 86_400_000, aheadMs: 5 * 60_000 };

export interface SampleTime {
  readonly timeUs: number;
  /** The device's stamp was refused; to be counted and shown. */
  readonly fault: boolean;
}

/** @param deviceNs ns since the epoch as the device says; 0 where it said nothing, which is no fault. */
export function sampleTime(deviceNs: bigint, receivedAtMs: number, limits: TimeLimits): SampleTime {
  const receivedUs = usFromMs(receivedAtMs);
  if (deviceNs === 0n) return { timeUs: receivedUs, fault: false };
  const deviceUs = usFromNs(deviceNs);
  const aheadUs = deviceUs - receivedUs;
  const believed = aheadUs <= limits.aheadMs * 1_000 && -aheadUs <= limits.oldestMs * 1_000;
  return believed ? { timeUs: deviceUs, fault: false } : { timeUs: receivedUs, fault: true };
}
