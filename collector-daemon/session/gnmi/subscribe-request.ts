/** Our subscriptions → one gNMI SubscriptionList; targets limit their RPCs, so all paths of a device share one. */
import { NocturneError } from '../../../core/errors.ts';
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import { parsePath, writtenOrigin } from '../../../core/telemetry/path.ts';
import {
  type Path as WirePath,
  type SubscribeRequest,
  type Subscription,
  SubscriptionList_Mode,
  SubscriptionMode,
} from '../../../proto/generated/gnmi/gnmi.ts';
import { pathToWire } from './path-codec.ts';
import type { WayOfAsking } from './way-of-asking.ts';

const nsPerMs = 1_000_000;

const wireModes: Readonly<Record<PathSubscription['mode'], SubscriptionMode>> = {
  sample: SubscriptionMode.SAMPLE,
  'on-change': SubscriptionMode.ON_CHANGE,
  'target-defined': SubscriptionMode.TARGET_DEFINED,
};

export interface Asking {
  readonly way: WayOfAsking;
  /** `prefix.target`: which device behind the endpoint is meant; null where there is but one. */
  readonly requestTarget: string | null;
}

/** @throws NocturneError PATH_INVALID */
export function subscribeRequest(
  subscriptions: readonly PathSubscription[],
  { way, requestTarget }: Asking,
): SubscribeRequest {
  return {
    request: {
      $case: 'subscribe',
      value: {
        prefix: way.prefix === 'sent' ? prefixOf(subscriptions, { way, requestTarget }) : undefined,
        subscription: subscriptions.map((subscription) => wireSubscription(subscription, way)),
        qos: undefined,
        mode: SubscriptionList_Mode.STREAM,
        allowAggregation: false,
        useModels: [],
        encoding: way.encoding,
        updatesOnly: false,
      },
    },
    extension: [],
  };
}

function prefixOf([first]: readonly PathSubscription[], { way, requestTarget }: Asking): WirePath {
  const origin =
    way.origin === 'in-prefix' ? (writtenOrigin(first?.path ?? '') ?? 'openconfig') : '';
  return { element: [], origin, elem: [], target: requestTarget ?? '' };
}

function wireSubscription(subscription: PathSubscription, way: WayOfAsking): Subscription {
  const path = parsePath(subscription.path);
  if (!path.ok) throw new NocturneError('PATH_INVALID', path.problem);
  const sampled = subscription.mode === 'sample';
  return {
    path: { ...pathToWire(path.value), origin: originOf(subscription.path, way) },
    mode: wireModes[subscription.mode],
    sampleInterval: sampled ? BigInt(Math.round(subscription.sampleIntervalMs * nsPerMs)) : 0n,
    suppressRedundant: sampled && subscription.suppressRedundant,
    heartbeatInterval: BigInt(Math.round(subscription.heartbeatIntervalMs * nsPerMs)),
  };
}

/** Two ways of writing the default origin mean the same, but not every target takes both. */
function originOf(path: string, { origin }: WayOfAsking): string {
  const written = writtenOrigin(path);
  switch (origin) {
    case 'written':
      return written ?? '';
    case 'said':
      return written ?? 'openconfig';
    case 'unsaid':
      return written === 'openconfig' ? '' : (written ?? '');
    case 'in-prefix':
      return '';
    default:
      return origin satisfies never;
  }
}
