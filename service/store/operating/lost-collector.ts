/** What a collector could not say any more when it was killed or its machine went down. */
import type { SessionOwner } from '../../../core/inventory/collection-target.ts';
import { sampleGapReasons } from '../../../core/telemetry/data-trouble.ts';
import type { DatabasePool } from '../connection/pool.ts';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';
import { type Gap, isOpen, insertGaps } from './gap.ts';

/**
 * To be called by a collector that has the turn, before it collects: records the holes, and takes back what nobody
 * vouches for any more. Both at once, for the states are all that is known of the holes.
 */
export async function succeedLostCollector(pool: DatabasePool): Promise<void> {
  await transaction(pool, async (client) => {
    await insertGaps(client, await gapsOfLostCollector(client));
    await client.query(
      `update endpoint_session set state = 'idle', since = updated_at, synced = false,
         updates_per_second = 0, lag_ms = null, updated_at = clock_timestamp()
       where state not in ('idle', 'stopped')`,
    );
  });
}

/**
 * Holes of all devices with a session that is said to stream while nobody collects: open, from the last update that was
 * reported. What is not to be collected any more has none, for nothing would end it.
 */
export async function gapsOfLostCollector(db: Queryable): Promise<Gap[]> {
  const { rows } = await db.query<SessionOwner & { fromMs: number; node: string | null }>(
    `select session.device_id as "deviceId", session.endpoint_id as "endpointId", session.node,
       coalesce(session.last_update_at, session.updated_at) as "fromMs"
     from endpoint_session session
     join device on device.id = session.device_id
       and device.retired_at is null and device.admin_state <> 'inactive'
     join device_endpoint endpoint on endpoint.id = session.endpoint_id and endpoint.retired_at is null
     where session.state = 'streaming'
       and not exists (select 1 from gap where gap.device_id = session.device_id
         and coalesce(gap.endpoint_id, session.endpoint_id) = session.endpoint_id
         and gap.path is null and ${isOpen('gap')} and gap.reason <> all($1))`,
    [sampleGapReasons],
  );
  return rows.map((row) => ({
    ...row,
    path: null,
    toMs: null,
    reason: 'collector-lost',
    lost: null,
  }));
}
