/** Which feeds a subscription needs: TARGET_DEFINED becomes one that samples and one that follows changes. */
import { formatPath } from '../../core/telemetry/path.ts';
import type { DeviceModel, ModelLeaf } from './device-model.ts';
import { Feed } from './feed.ts';
import type { SchemaTree } from './schema-tree.ts';
import { Selection } from './selection.ts';
import type { PlannedSubscription, SubscriptionPlan } from './subscription-plan.ts';
import { TargetRefusal } from './target-error.ts';

export interface FeedSource {
  readonly model: DeviceModel;
  readonly schema: SchemaTree;
  readonly nowMs: number;
}

/** Throws TargetRefusal when a path is unknown or can't be served in the way asked for. */
export function feedsOf(plan: SubscriptionPlan, source: FeedSource): Feed[] {
  return plan.subscriptions.flatMap((subscription) => {
    source.schema.check(subscription.pattern);
    return plan.mode === 'stream'
      ? streamFeeds(plan, subscription, source)
      : [makeFeed(plan, { ...subscription, intervalMs: Infinity, heartbeatMs: Infinity }, source)];
  });
}

function streamFeeds(
  plan: SubscriptionPlan,
  subscription: PlannedSubscription,
  source: FeedSource,
): Feed[] {
  switch (subscription.mode) {
    case 'sample':
      return [makeFeed(plan, subscription, source)];
    case 'on-change':
      refuseCounters(plan, subscription, source.model);
      return [makeFeed(plan, { ...subscription, intervalMs: Infinity }, source, 'on-change')];
    case 'target-defined':
      return [
        makeFeed(plan, { ...subscription, intervalMs: Infinity }, source, 'on-change'),
        makeFeed(plan, subscription, source, 'sampled'),
      ];
    default:
      return subscription.mode satisfies never;
  }
}

function makeFeed(
  plan: SubscriptionPlan,
  subscription: PlannedSubscription,
  source: FeedSource,
  change?: ModelLeaf['change'],
): Feed {
  const followsChanges = plan.mode === 'stream' && change === 'on-change';
  const selection = new Selection({
    pattern: subscription.pattern,
    leaves: source.model.leaves(),
    change,
    target: plan.target,
    scope: plan.scope,
  });
  return new Feed(
    { ...subscription, encoding: plan.encoding, selection, followsChanges },
    source.nowMs,
  );
}

/** A container may mix both kinds and then yields its `on-change` leaves; a path to counters alone is refused (§3.5.1.5.2). */
function refuseCounters(
  { scope }: SubscriptionPlan,
  { pattern }: PlannedSubscription,
  model: DeviceModel,
): void {
  const all = new Selection({ pattern, leaves: model.leaves(), target: '', scope });
  const kinds = new Set([...all.leaves].map((entry) => entry.leaf.change));
  if (kinds.has('sampled') && !kinds.has('on-change')) {
    throw new TargetRefusal(
      'INVALID_ARGUMENT',
      `${formatPath(pattern)} can't be subscribed ON_CHANGE: its values always move; use SAMPLE`,
    );
  }
}
