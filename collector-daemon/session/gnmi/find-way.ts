/** In which way a target streams, for those who hold no session with it. */
import { once } from 'node:events';
import type { GnmiEndpoint, PathSubscription } from '../../../core/inventory/collection-target.ts';
import type { Encoding, SubscribeResponse } from '../../../proto/generated/gnmi/gnmi.ts';
import { encodingPlan } from './encoding-plan.ts';
import type { GnmiClient } from './gnmi-client.ts';
import { classifyFailure, isEarlyRefusal } from './gnmi-failure.ts';
import { SpokenFor } from './spoken-for.ts';
import { subscribeRequest } from './subscribe-request.ts';
import { type WayOfAsking, waysOfAsking } from './way-of-asking.ts';
import { WaySearch } from './way-search.ts';

export interface FindWayOptions {
  readonly client: GnmiClient;
  readonly endpoint: GnmiEndpoint;
  readonly subscriptions: readonly PathSubscription[];
  readonly claimedEncodings: readonly Encoding[];
  readonly signal: AbortSignal;
}

/** The first way in which anything comes. @throws the first refusal where the target takes none, or how else it failed */
export async function findWay(options: FindWayOptions): Promise<WayOfAsking> {
  const { endpoint, subscriptions, claimedEncodings } = options;
  const requestTarget = endpoint.requestTarget || null;
  const encodings = encodingPlan(claimedEncodings);
  const search = new WaySearch(waysOfAsking({ subscriptions, encodings, requestTarget }));
  let first: unknown = null;
  for (;;) {
    try {
      await firstAnswer(options, search.current);
      return search.current;
    } catch (error) {
      const failure = classifyFailure(error, endpoint);
      if (!isEarlyRefusal(failure)) throw error;
      first ??= error;
      if (failure.refusal === 'denied' || search.next(failure.details) === null) throw first;
    }
  }
}

/** @throws the stream's error, AbortError, or a sentence where the answer is another device's */
async function firstAnswer(
  { client, endpoint, subscriptions, signal }: FindWayOptions,
  way: WayOfAsking,
): Promise<void> {
  const requestTarget = endpoint.requestTarget || null;
  const stream = client.subscribe(subscribeRequest(subscriptions, { way, requestTarget }));
  try {
    const [{ response }] = (await once(stream, 'data', { signal })) as [SubscribeResponse];
    const target = response?.$case === 'update' ? (response.value.prefix?.target ?? '') : '';
    if (new SpokenFor(endpoint).hear(target).kind === 'ours') return;
    throw new Error(`it answered for "${target}", though "${requestTarget}" was asked for`);
  } finally {
    // The cancel is answered by an error event that nobody needs.
    stream.on('error', () => {});
    stream.cancel();
  }
}
