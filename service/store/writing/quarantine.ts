/** Values that were refused, with the reason; text is made storable and cut short. */
import type { DeviceId } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface RefusedValue {
  readonly deviceId: DeviceId;
  readonly path: string;
  readonly reason: string;
  /** null where the time itself was refused */
  readonly timeUs: number | null;
  readonly value: string;
}

export async function insertQuarantine(
  db: Queryable,
  node: string,
  refused: readonly RefusedValue[],
): Promise<void> {
  if (refused.length === 0) return;
  await db.query(
    `insert into quarantine (node, device_id, path, reason, value, time)
     select $1, device_id, path, reason, value,
       'epoch'::timestamptz + time_us * interval '1 microsecond'
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[])
       as refused (device_id, path, reason, value, time_us)`,
    [
      node,
      refused.map(({ deviceId }) => deviceId),
      refused.map(({ path }) => storable(path, 2_048)),
      refused.map(({ reason }) => reason),
      refused.map(({ value }) => storable(value, 1_024)),
      refused.map(({ timeUs }) => timeUs),
    ],
  );
}

/** NUL is shown as the symbol for it, half characters as the replacement character. */
function storable(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '\u2400').toWellFormed();
}
