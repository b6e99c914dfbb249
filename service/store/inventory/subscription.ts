/** Subscription profiles: which paths are collected how, and from which devices. */
import type { DeviceId, Uuid } from '../../../core/id.ts';
import type { PathSubscription } from '../../../core/inventory/collection-target.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface Subscription {
  readonly id: Uuid;
  readonly name: string;
  readonly protocol: 'gnmi' | 'netconf';
  readonly paths: readonly PathSubscription[];
  /** null: not narrowed by this. */
  readonly deviceIds: readonly DeviceId[] | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly siteId: Uuid | null;
  readonly enabled: boolean;
}

/** All profiles in use, in a stable order. */
export async function listSubscriptions(db: Queryable): Promise<Subscription[]> {
  const { rows } = await db.query<Subscription>(
    `select id, name, protocol, paths, device_ids as "deviceIds", tags, site_id as "siteId", enabled
     from subscription where retired_at is null order by name, id`,
  );
  return rows;
}

export async function insertSubscription(db: Queryable, subscription: Subscription): Promise<void> {
  await db.query(
    `insert into subscription (id, name, protocol, paths, device_ids, tags, site_id, enabled)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      subscription.id,
      subscription.name,
      subscription.protocol,
      JSON.stringify(subscription.paths),
      subscription.deviceIds,
      subscription.tags,
      subscription.siteId,
      subscription.enabled,
    ],
  );
}

/** Gives a profile these paths if it has one of the earlier sets as it was, and leaves it alone otherwise. */
export async function replacePaths(
  db: Queryable,
  { id, paths }: Pick<Subscription, 'id' | 'paths'>,
  earlier: readonly Subscription['paths'][],
): Promise<void> {
  await db.query(
    `update subscription set paths = $2
     where id = $1 and retired_at is null
       and paths in (select value from jsonb_array_elements($3::jsonb))`,
    [id, JSON.stringify(paths), JSON.stringify(earlier)],
  );
}
