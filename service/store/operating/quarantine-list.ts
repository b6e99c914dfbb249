/** What lies in quarantine, for people: page after page, newest first. */
import type { DeviceId } from '../../../core/id.ts';
import type { Quarantined } from '../../../core/contract/trouble.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface QuarantineFilter {
  readonly limit: number;
  /** Only what was put there before this one. */
  readonly beforeId?: number | undefined;
  readonly deviceId?: DeviceId | undefined;
  /** Parts of texts, whatever their case; all that are given must hold. */
  readonly device?: string | undefined;
  readonly path?: string | undefined;
  readonly reason?: string | undefined;
  readonly value?: string | undefined;
}

export async function listQuarantine(
  db: Queryable,
  { limit, beforeId, deviceId, device, path, reason, value }: QuarantineFilter,
): Promise<Quarantined[]> {
  const { rows } = await db.query<Quarantined>(
    `select refused.id, refused.device_id as "deviceId", device.name as device, refused.path,
       refused.reason, refused.value, refused.time as "timeMs", refused.recorded_at as "recordedAtMs",
       coalesce(refused.last_at, refused.recorded_at) as "lastAtMs", coalesce(refused.count, 1) as count,
       refused.node
     from quarantine refused left join device on device.id = refused.device_id
     where ($1::bigint is null or refused.id < $1) and ($2::uuid is null or refused.device_id = $2)
       and ($3::text is null or device.name ilike $3) and ($4::text is null or refused.path ilike $4)
       and ($5::text is null or refused.reason ilike $5) and ($6::text is null or refused.value ilike $6)
     order by refused.id desc limit $7`,
    [
      beforeId ?? null,
      deviceId ?? null,
      ...[device, path, reason, value].map((text) => partOf(text)),
      limit,
    ],
  );
  return rows;
}

/** A pattern for `ilike`; null where nothing is asked. */
function partOf(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  // NUL is no text for PostgreSQL; it is kept as the symbol for it.
  return `%${text.replaceAll('\0', '\u2400').replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
