/** Troubles with the data of each device, one row a device and kind: how it is, or how it was the last time. */
import type { DeviceId, Uuid } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import { storableJson } from '../writing/storable-text.ts';

export interface StoredExample {
  /** Null where it concerns no path. */
  readonly path: string | null;
  readonly value: string | null;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Of the hole that it leaves, where it leaves one. */
  readonly gapId: Uuid;
}

export interface StoredTrouble {
  readonly deviceId: DeviceId;
  readonly kind: string;
  readonly beganAtMs: number;
  readonly lastAtMs: number;
  /** Null while it goes on. */
  readonly overAtMs: number | null;
  /** Since it began. */
  readonly count: number;
  readonly examples: readonly StoredExample[];
  /** Of the hole in what has no example. */
  readonly gapId: Uuid;
  readonly node: string;
}

/** May be repeated. What another collector has seen later stays. */
export async function upsertTroubles(
  db: Queryable,
  troubles: readonly StoredTrouble[],
): Promise<void> {
  if (troubles.length === 0) return;
  const rows = troubles
    .map((one) => ({
      device_id: one.deviceId,
      kind: one.kind,
      began_at: new Date(one.beganAtMs).toISOString(),
      last_at: new Date(one.lastAtMs).toISOString(),
      over_at: one.overAtMs === null ? null : new Date(one.overAtMs).toISOString(),
      count: one.count,
      examples: one.examples,
      gap_id: one.gapId,
      node: one.node,
    }))
    // In one order everywhere, so that two writers never wait crosswise.
    .toSorted((left, right) => (left.device_id < right.device_id ? -1 : 1));
  await db.query(
    `insert into data_trouble (device_id, kind, began_at, last_at, over_at, count, examples, gap_id, node)
     select device_id, kind, began_at, last_at, over_at, count, examples, gap_id, node
     from jsonb_populate_recordset(null::data_trouble, $1)
     on conflict (device_id, kind) do update set began_at = excluded.began_at,
       last_at = excluded.last_at, over_at = excluded.over_at, count = excluded.count,
       examples = excluded.examples, gap_id = excluded.gap_id, node = excluded.node
     where data_trouble.node = excluded.node or data_trouble.last_at <= excluded.last_at`,
    [storableJson(rows)],
  );
}

const columns = `trouble.device_id as "deviceId", trouble.kind, trouble.began_at as "beganAtMs",
  trouble.last_at as "lastAtMs", trouble.over_at as "overAtMs", trouble.count, trouble.examples,
  trouble.gap_id as "gapId", trouble.node`;

/** Those that go on as far as anybody has said; also of a collector that can say nothing any more. */
export async function listOpenTroubles(db: Queryable): Promise<StoredTrouble[]> {
  const { rows } = await db.query<StoredTrouble>(
    `select ${columns} from data_trouble trouble where trouble.over_at is null`,
  );
  return rows;
}

export interface NamedTrouble extends StoredTrouble {
  /** Null where the device is not known any more. */
  readonly device: string | null;
}

export interface TroubleFilter {
  readonly sinceMs: number;
  readonly limit: number;
  readonly deviceId?: DeviceId | undefined;
  readonly kind?: string | undefined;
}

/** Seen since then, of devices that are not retired; the newest first. */
export async function listTroubles(
  db: Queryable,
  { sinceMs, limit, deviceId, kind }: TroubleFilter,
): Promise<{ troubles: NamedTrouble[]; total: number }> {
  const { rows } = await db.query<NamedTrouble & { total: number }>(
    `select ${columns}, device.name as device, count(*) over () as total
     from data_trouble trouble left join device on device.id = trouble.device_id
     where trouble.last_at >= $1 and device.retired_at is null
       and ($2::uuid is null or trouble.device_id = $2) and ($3::text is null or trouble.kind = $3)
     order by trouble.last_at desc, trouble.device_id, trouble.kind limit $4`,
    [new Date(sinceMs), deviceId ?? null, kind ?? null, limit],
  );
  const total = rows[0]?.total ?? 0;
  return { troubles: rows.map(({ total: _total, ...trouble }) => trouble), total };
}
