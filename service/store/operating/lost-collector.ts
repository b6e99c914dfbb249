/** What a collector could not say any more when it was killed or its machine went down. */
import type { DeviceId } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import type { Gap } from './gap.ts';

/**
 * Holes of all devices whose session is said to stream while nobody collects: open, from the last update that was
 * reported. Devices that are not to be collected any more have none, for nothing would end it.
 */
export async function gapsOfLostCollector(db: Queryable): Promise<Gap[]> {
  const { rows } = await db.query<{ deviceId: DeviceId; fromMs: number; node: string | null }>(
    `select session.device_id as "deviceId", session.node,
       coalesce(session.last_update_at, session.updated_at) as "fromMs"
     from telemetry_session session
     join device on device.id = session.device_id
       and device.retired_at is null and device.admin_state <> 'inactive'
     where session.state = 'streaming'
       and not exists (select 1 from gap where gap.device_id = session.device_id
         and gap.path is null and gap.to_time is null)`,
  );
  return rows.map((row) => ({
    ...row,
    path: null,
    toMs: null,
    reason: 'collector-lost',
    lost: null,
  }));
}
