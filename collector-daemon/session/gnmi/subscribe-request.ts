/** Our subscriptions → one gNMI SubscriptionList; targets limit their RPCs, so all paths of a device share one. */
import { NocturneError } from '../../../core/errors.ts';
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import { parsePath } from '../../../core/telemetry/path.ts';
import {
  type Encoding,
  type SubscribeRequest,
  type Subscription,
  SubscriptionList_Mode,
  SubscriptionMode,
} from '../../../proto/generated/gnmi/gnmi.ts';
import { pathToWire } from './path-codec.ts';

const nsPerMs = 1_000_000;

const wireModes: Readonly<Record<PathSubscription['mode'], SubscriptionMode>> = {
  sample: SubscriptionMode.SAMPLE,
  'on-change': SubscriptionMode.ON_CHANGE,
  'target-defined': SubscriptionMode.TARGET_DEFINED,
};

/** @throws NocturneError PATH_INVALID */
export function subscribeRequest(
  subscriptions: readonly PathSubscription[],
  encoding: Encoding,
): SubscribeRequest {
  return {
    request: {
      $case: 'subscribe',
      value: {
        // Some targets refuse a request without a prefix.
        prefix: { element: [], origin: '', elem: [], target: '' },
        subscription: subscriptions.map((subscription) => wireSubscription(subscription)),
        qos: undefined,
        mode: SubscriptionList_Mode.STREAM,
        allowAggregation: false,
        useModels: [],
        encoding,
        updatesOnly: false,
      },
    },
    extension: [],
  };
}

function wireSubscription(subscription: PathSubscription): Subscription {
  const path = parsePath(subscription.path);
  if (!path.ok) throw new NocturneError('PATH_INVALID', path.problem);
  const sampled = subscription.mode === 'sample';
  return {
    path: pathToWire(path.value),
    mode: wireModes[subscription.mode],
    sampleInterval: sampled ? BigInt(Math.round(subscription.sampleIntervalMs * nsPerMs)) : 0n,
    suppressRedundant: sampled && subscription.suppressRedundant,
    heartbeatInterval: BigInt(Math.round(subscription.heartbeatIntervalMs * nsPerMs)),
  };
}
