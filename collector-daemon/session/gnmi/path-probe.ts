/** Finds what a target takes by short Subscribes beside or before the session's own: proof by data, not by claims. */
import { once } from 'node:events';
import type { GnmiEndpoint, PathSubscription } from '../../../core/inventory/collection-target.ts';
import type { Timers } from '../../../core/time.ts';
import type { SubscribeResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import type { RefusedPath } from '../session-driver.ts';
import type { GnmiClient, SubscribeStream } from './gnmi-client.ts';
import { isServiceError, refusalKind, withoutSecrets } from './gnmi-failure.ts';
import { type Asking, subscribeRequest } from './subscribe-request.ts';

export interface ProbeOptions {
  readonly client: GnmiClient;
  readonly endpoint: GnmiEndpoint;
  readonly subscriptions: readonly PathSubscription[];
  readonly asking: Asking;
  readonly timers: Timers;
  readonly signal: AbortSignal;
}

export interface ProbeAnswer {
  readonly accepted: readonly PathSubscription[];
  readonly refused: readonly RefusedPath[];
}

/** A target that has nothing to say to a path for this long has not refused it. */
const patienceMs = 5_000;

/**
 * Each path alone, one after the other: targets limit their RPCs.
 * @throws where the target fails otherwise than by refusing a path
 */
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

/** Whether the target takes any of a few of the paths. @throws as `probePaths` */
export async function takesAny(options: ProbeOptions): Promise<boolean> {
  const { subscriptions } = options;
  const few = [0, Math.floor(subscriptions.length / 2), subscriptions.length - 1];
  for (const at of new Set(few)) {
    if ((await refusalOf(subscriptions[at]!, options)) === null) return true;
  }
  return false;
}

/** Whether any update comes for all the paths together; what else happens to the stream means none. */
export async function tellsAnything(options: ProbeOptions): Promise<boolean> {
  const { client, subscriptions, asking, timers, signal } = options;
  using probe = openProbe(client.subscribe(subscribeRequest(subscriptions, asking)), timers);
  const heard = new Promise<boolean>((resolve) => {
    probe.stream.on('data', ({ response }: SubscribeResponse) => {
      if (response?.$case === 'update') resolve(true);
    });
    probe.stream.on('error', () => resolve(false));
    probe.stream.on('end', () => resolve(false));
    const over = AbortSignal.any([signal, probe.over]);
    over.addEventListener('abort', () => resolve(false), { once: true });
    if (over.aborted) resolve(false);
  });
  return await heard;
}

async function refusalOf(
  subscription: PathSubscription,
  { client, endpoint, asking, timers, signal }: ProbeOptions,
): Promise<Omit<RefusedPath, 'path'> | null> {
  using probe = openProbe(client.subscribe(subscribeRequest([subscription], asking)), timers);
  try {
    await once(probe.stream, 'data', { signal: AbortSignal.any([signal, probe.over]) });
    return null;
  } catch (error) {
    if (probe.over.aborted) return null;
    const kind = isServiceError(error) ? refusalKind(error.code) : null;
    if (!isServiceError(error) || kind === null) throw error;
    return { kind, reason: withoutSecrets(error.details, endpoint) };
  }
}

/** A stream that is cancelled afterwards, with the signal of when to wait no longer. */
function openProbe(stream: SubscribeStream, timers: Timers) {
  const patience = new AbortController();
  const cancelTimer = timers.after(patienceMs, () => patience.abort());
  return {
    stream,
    over: patience.signal,
    [Symbol.dispose]: () => {
      cancelTimer();
      // The cancel is answered by an error event that nobody needs.
      stream.on('error', () => {});
      stream.cancel();
    },
  };
}
