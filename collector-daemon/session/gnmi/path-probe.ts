/** Finds which of a device's paths its target takes, by a short Subscribe for each alone: proof by data, not by claims. */
import { once } from 'node:events';
import type { PathSubscription, GnmiEndpoint } from '../../../core/inventory/collection-target.ts';
import type { Timers } from '../../../core/time.ts';
import type { Encoding } from '../../../proto/generated/gnmi/gnmi.ts';
import type { GnmiClient, SubscribeStream } from './gnmi-client.ts';
import type { RefusedPath } from '../session-driver.ts';
import { isServiceError, refusalKind, withoutSecrets } from './gnmi-failure.ts';
import { subscribeRequest } from './subscribe-request.ts';

export interface ProbeOptions {
  readonly client: GnmiClient;
  readonly endpoint: GnmiEndpoint;
  readonly subscriptions: readonly PathSubscription[];
  readonly encoding: Encoding;
  readonly timers: Timers;
  readonly signal: AbortSignal;
}

export interface ProbeAnswer {
  readonly accepted: readonly PathSubscription[];
  readonly refused: readonly RefusedPath[];
}

/** A target that has nothing to say to a path for this long has not refused it. */
const patienceMs = 5_000;

/** One after the other: targets limit their RPCs. @throws where the target fails otherwise than by refusing a path */
export async function probePaths(options: ProbeOptions): Promise<ProbeAnswer> {
  const accepted: PathSubscription[] = [];
  const refused: RefusedPath[] = [];
  for (const subscription of options.subscriptions) {
    const refusal = await refusalOf(subscription, options);
    if (refusal === null) accepted.push(subscription);
    else refused.push({ path: subscription.path, ...refusal });
  }
  return { accepted, refused };
}

async function refusalOf(
  subscription: PathSubscription,
  { client, endpoint, encoding, timers, signal }: ProbeOptions,
): Promise<Omit<RefusedPath, 'path'> | null> {
  const stream = client.subscribe(subscribeRequest([subscription], encoding));
  const patience = new AbortController();
  const cancelTimer = timers.after(patienceMs, () => patience.abort());
  try {
    await firstAnswer(stream, AbortSignal.any([signal, patience.signal]));
    return null;
  } catch (error) {
    if (patience.signal.aborted) return null;
    const kind = isServiceError(error) ? refusalKind(error.code) : null;
    if (!isServiceError(error) || kind === null) throw error;
    return { kind, reason: withoutSecrets(error.details, endpoint) };
  } finally {
    cancelTimer();
    // The cancel below is answered by an error event that nobody needs.
    stream.on('error', () => {});
    stream.cancel();
  }
}

/** @throws the stream's error, or AbortError */
async function firstAnswer(stream: SubscribeStream, signal: AbortSignal): Promise<void> {
  await once(stream, 'data', { signal });
}
