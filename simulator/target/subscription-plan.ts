/** What a SubscriptionList asks for, checked, with intervals in milliseconds (gNMI §3.5.1). Pure. */
import { formatPath, type Path } from '../../core/telemetry/path.ts';
import {
  Encoding,
  SubscriptionList_Mode,
  SubscriptionMode,
  type Subscription,
  type SubscriptionList,
} from '../../proto/generated/gnmi/gnmi.ts';
import type { Extension } from '../../proto/generated/gnmi_ext/gnmi_ext.ts';
import { type DataScope, scopeOf } from './data-scope.ts';
import { requestedPath } from './requested-path.ts';
import type { SchemaTree } from './schema-tree.ts';
import { TargetRefusal } from './target-error.ts';
import type { ServedEncoding } from './typed-value.ts';

export interface SamplingLimits {
  /** Shorter intervals are refused; sample_interval 0 asks for this one, the shortest there is. */
  readonly minIntervalMs: number;
  /** What a TARGET_DEFINED subscription gets that names none. */
  readonly defaultIntervalMs: number;
}

export interface PlannedSubscription {
  readonly pattern: Path;
  readonly mode: 'sample' | 'on-change' | 'target-defined';
  readonly intervalMs: number;
  /** Infinity: none. */
  readonly heartbeatMs: number;
  readonly suppressRedundant: boolean;
}

/** What the target serves. */
export interface Served {
  readonly sampling: SamplingLimits;
  readonly encodings: readonly ServedEncoding[];
  readonly schema: SchemaTree;
}

export interface SubscriptionPlan {
  readonly mode: 'stream' | 'once' | 'poll';
  readonly encoding: ServedEncoding;
  readonly updatesOnly: boolean;
  /** Echoed in every prefix; empty when the client named none. */
  readonly target: string;
  readonly scope: DataScope;
  readonly subscriptions: readonly PlannedSubscription[];
}

/**
 * `allow_aggregation` permits and never demands; these targets send each leaf by itself. `qos` has no network to work in.
 * Throws TargetRefusal with the code and sentence that a device would answer.
 */
export function planSubscriptions(
  list: SubscriptionList,
  extension: readonly Extension[],
  { sampling: limits, encodings, schema }: Served,
): SubscriptionPlan {
  if (list.subscription.length === 0) {
    throw new TargetRefusal('INVALID_ARGUMENT', 'the SubscriptionList has no subscription');
  }
  return {
    mode: listModeOf(list.mode),
    encoding: encodingOf(list.encoding, encodings),
    updatesOnly: list.updatesOnly,
    target: list.prefix?.target ?? '',
    scope: scopeOf({ useModels: list.useModels, extension }, schema),
    subscriptions: list.subscription.map((subscription) =>
      planOne(subscription, requestedPath(list.prefix, subscription.path), limits),
    ),
  };
}

export function encodingOf(asked: Encoding, served: readonly ServedEncoding[]): ServedEncoding {
  const found = served.find((encoding) => encoding === asked);
  if (found !== undefined) return found;
  throw new TargetRefusal(
    'UNIMPLEMENTED',
    `encoding ${nameOf(Encoding, asked)} is not served, only ${served.map((one) => nameOf(Encoding, one)).join(' and ')}`,
  );
}

function planOne(
  subscription: Subscription,
  pattern: Path,
  limits: SamplingLimits,
): PlannedSubscription {
  const text = formatPath(pattern);
  const mode = modeOf(subscription.mode, text);
  const { sampleInterval, heartbeatInterval } = subscription;
  const shortest = mode === 'sample' ? limits.minIntervalMs : limits.defaultIntervalMs;
  return {
    pattern,
    mode,
    intervalMs: intervalOf('sample_interval', sampleInterval, text, limits) ?? shortest,
    heartbeatMs: intervalOf('heartbeat_interval', heartbeatInterval, text, limits) ?? Infinity,
    suppressRedundant: subscription.suppressRedundant,
  };
}

/** Null where none is asked for. */
function intervalOf(
  field: string,
  ns: bigint,
  path: string,
  limits: SamplingLimits,
): number | null {
  if (ns === 0n) return null;
  const ms = Number(ns) / 1e6;
  if (ms >= limits.minIntervalMs) return ms;
  throw new TargetRefusal(
    'INVALID_ARGUMENT',
    `${field} ${ns} ns for ${path} is too short; the least is ${limits.minIntervalMs * 1e6} ns`,
  );
}

function listModeOf(mode: SubscriptionList_Mode): SubscriptionPlan['mode'] {
  switch (mode) {
    case SubscriptionList_Mode.STREAM:
      return 'stream';
    case SubscriptionList_Mode.ONCE:
      return 'once';
    case SubscriptionList_Mode.POLL:
      return 'poll';
    default:
      throw new TargetRefusal('INVALID_ARGUMENT', `subscription list mode ${mode} is unknown`);
  }
}

function modeOf(mode: SubscriptionMode, path: string): PlannedSubscription['mode'] {
  switch (mode) {
    case SubscriptionMode.TARGET_DEFINED:
      return 'target-defined';
    case SubscriptionMode.ON_CHANGE:
      return 'on-change';
    case SubscriptionMode.SAMPLE:
      return 'sample';
    default:
      throw new TargetRefusal(
        'INVALID_ARGUMENT',
        `subscription mode ${mode} for ${path} is unknown`,
      );
  }
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(names).find((name) => names[name] === value) ?? String(value);
}
