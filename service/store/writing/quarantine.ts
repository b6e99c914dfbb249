/**
 * Values that were refused, with the reason; text is made storable and cut short. A sensor that refuses to say anything
 * does so with every sample: what is alike within an hour is one row, which counts.
 */
import type { DeviceId } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import { storableText } from './storable-text.ts';

export interface RefusedValue {
  readonly deviceId: DeviceId;
  readonly path: string;
  readonly reason: string;
  /** null where the time itself was refused */
  readonly timeUs: number | null;
  readonly value: string;
}

interface Alike extends RefusedValue {
  count: number;
}

export async function insertQuarantine(
  db: Queryable,
  node: string,
  refused: readonly RefusedValue[],
): Promise<void> {
  if (refused.length === 0) return;
  const rows = together(refused);
  await db.query(
    `insert into quarantine (node, device_id, path, reason, value, time, count, hour, last_at)
     select $1, device_id, path, reason, value,
       'epoch'::timestamptz + time_us * interval '1 microsecond', count, date_trunc('hour', now()), now()
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::int[])
       as refused (device_id, path, reason, value, time_us, count)
     on conflict (device_id, hour, md5(path), md5(reason), md5(coalesce(value, ''))) where hour is not null
       do update set count = quarantine.count + excluded.count, time = excluded.time,
         last_at = excluded.last_at`,
    [
      node,
      rows.map(({ deviceId }) => deviceId),
      rows.map(({ path }) => path),
      rows.map(({ reason }) => reason),
      rows.map(({ value }) => value),
      rows.map(({ timeUs }) => timeUs),
      rows.map(({ count }) => count),
    ],
  );
}

/** Each once, with its number and its newest time. A series has one writer, so two never wait for each other crosswise. */
function together(refused: readonly RefusedValue[]): Alike[] {
  const alike = new Map<string, Alike>();
  for (const one of refused) {
    const path = storableText(one.path.slice(0, 2_048));
    const value = storableText(one.value.slice(0, 1_024));
    const reason = storableText(one.reason);
    const key = `${one.deviceId}\n${path}\n${reason}\n${value}`;
    const count = (alike.get(key)?.count ?? 0) + 1;
    alike.set(key, { deviceId: one.deviceId, path, reason, timeUs: one.timeUs, value, count });
  }
  return [...alike.values()];
}
