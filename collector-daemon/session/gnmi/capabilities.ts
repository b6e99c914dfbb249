/** What a target says of itself, as far as it says anything: none of it is needed to stream. */
import { status } from '@grpc/grpc-js';
import type { CapabilityResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import type { GnmiClient } from './gnmi-client.ts';
import { isServiceError } from './gnmi-failure.ts';

export type CapabilitiesAnswer =
  | { readonly kind: 'told'; readonly capabilities: CapabilityResponse }
  /** It answered with an error, for example that our user may not ask. */
  | { readonly kind: 'refused'; readonly code: status; readonly details: string }
  | { readonly kind: 'silence'; readonly waitedMs: number };

export interface CapabilitiesQuestion {
  readonly timeoutMs: number;
  /** It has not answered before: it is not waited for as long. */
  readonly mute: boolean;
  readonly signal: AbortSignal;
}

const muteTimeoutMs = 1_000;

/** A target may say these itself; where nothing is connected it has not. */
const ofTransport: readonly status[] = [
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
];

/** @throws ServiceError where the target was not reached */
export async function askCapabilities(
  client: GnmiClient,
  { timeoutMs, mute, signal }: CapabilitiesQuestion,
): Promise<CapabilitiesAnswer> {
  const waitMs = mute ? Math.min(muteTimeoutMs, timeoutMs) : timeoutMs;
  try {
    return { kind: 'told', capabilities: await client.capabilities(waitMs, signal) };
  } catch (error) {
    if (!isServiceError(error) || signal.aborted) throw error;
    if (client.isConnected || !ofTransport.includes(error.code)) return answerOf(error, waitMs);
    if (error.code !== status.DEADLINE_EXCEEDED || waitMs === timeoutMs) throw error;
    // The way there took all of the short wait.
    return await askCapabilities(client, { timeoutMs, mute: false, signal });
  }
}

function answerOf(
  { code, details }: { readonly code: status; readonly details: string },
  waitedMs: number,
): CapabilitiesAnswer {
  return code === status.DEADLINE_EXCEEDED
    ? { kind: 'silence', waitedMs }
    : { kind: 'refused', code, details };
}
