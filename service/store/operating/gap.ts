/** Holes in a device's data that are known, with their reason: so that a broken line can say why. */
import { sampleGapReasons } from '../../../core/telemetry/data-trouble.ts';
import { makeUuid, type DeviceId, type EndpointId, type Uuid } from '../../../core/id.ts';
import { systemClock } from '../../../core/time.ts';
import type { Queryable } from '../connection/queryable.ts';

export interface Gap {
  readonly deviceId: DeviceId;
  /** Whose session left it; null where it is of the device, whatever it is collected through. */
  readonly endpointId: EndpointId | null;
  /** Container the hole is in; null for everything of the device. */
  readonly path: string | null;
  readonly fromMs: number;
  /** null: still open. */
  readonly toMs: number | null;
  /** For example `connection-lost`, `worker-crash`, `dropped`. */
  readonly reason: string;
  /** Samples known to be lost; null where nobody can know. */
  readonly lost: number | null;
  readonly node: string | null;
}

/** A session streams again: what it left open ends. */
export interface GapEnd {
  readonly deviceId: DeviceId;
  readonly endpointId: EndpointId;
  readonly toMs: number;
}

export function endsGap(end: GapEnd, { deviceId, endpointId }: Gap): boolean {
  return deviceId === end.deviceId && (endpointId === null || endpointId === end.endpointId);
}

/** A gap that brings its id may be written again: after an answer that was lost, or longer than before. */
export interface NewGap extends Gap {
  readonly id?: Uuid;
}

export async function insertGaps(db: Queryable, gaps: readonly NewGap[]): Promise<void> {
  if (gaps.length === 0) return;
  await db.query(
    `insert into gap (id, device_id, endpoint_id, path, from_time, to_time, reason, lost, node)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[],
       $6::timestamptz[], $7::text[], $8::bigint[], $9::text[])
     on conflict (id) do update
       set from_time = excluded.from_time, to_time = excluded.to_time, lost = excluded.lost`,
    [
      gaps.map(({ id }) => id ?? makeUuid(systemClock)),
      gaps.map(({ deviceId }) => deviceId),
      gaps.map(({ endpointId }) => endpointId),
      gaps.map(({ path }) => path),
      gaps.map(({ fromMs }) => new Date(fromMs)),
      gaps.map(({ toMs }) => (toMs === null ? null : new Date(toMs))),
      gaps.map(({ reason }) => reason),
      gaps.map(({ lost }) => lost),
      gaps.map(({ node }) => node),
    ],
  );
}

/** As SQL, so that an index finds it: else all of a device's past would be looked at. */
export function isOpen(gap: string): string {
  return `coalesce(${gap}.to_time, 'infinity') = 'infinity' and ${gap}.to_time is null`;
}

/**
 * Ends every open hole of the sessions, each at its time, and what endpoints left that their device has no more. Holes of
 * single samples end by themselves.
 */
export async function closeGaps(db: Queryable, ends: readonly GapEnd[]): Promise<void> {
  if (ends.length === 0) return;
  await db.query(
    `update gap set to_time = greatest(from_time, ended.at)
     from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as ended (device_id, endpoint_id, at)
     where gap.device_id = ended.device_id and ${isOpen('gap')} and gap.reason <> all($4)
       and (coalesce(gap.endpoint_id, ended.endpoint_id) = ended.endpoint_id or not exists (
         select from device_endpoint where id = gap.endpoint_id and retired_at is null))`,
    [
      ends.map(({ deviceId }) => deviceId),
      ends.map(({ endpointId }) => endpointId),
      ends.map(({ toMs }) => new Date(toMs)),
      sampleGapReasons,
    ],
  );
}

/** Holes that touch the range, oldest first. */
export async function listGaps(
  db: Queryable,
  wanted: { deviceIds: readonly DeviceId[]; fromMs: number; toMs: number },
): Promise<Gap[]> {
  const { rows } = await db.query<Gap>(
    `select device_id as "deviceId", endpoint_id as "endpointId", path, from_time as "fromMs", to_time as "toMs", reason, lost, node
     from gap where device_id = any($1::uuid[]) and from_time < $3 and coalesce(to_time, 'infinity') >= $2
     order by from_time, id`,
    [wanted.deviceIds, new Date(wanted.fromMs), new Date(wanted.toMs)],
  );
  return rows;
}

/** Holes looked at by one statement: a fraction of a second. */
const gapsAPiece = 10_000;

/**
 * Deletes holes that ended before the cut; answers how many. Piece by piece, each of its own; stops between two pieces when
 * the signal is aborted.
 */
export async function clearOldGaps(
  db: Queryable,
  cutMs: number,
  { signal, atOnce = gapsAPiece }: { signal?: AbortSignal; atOnce?: number } = {},
): Promise<number> {
  let cleared = 0;
  for (;;) {
    if (signal?.aborted === true) return cleared;
    const { rowCount } = await db.query(
      `delete from gap where id in (
         select id from gap where coalesce(to_time, 'infinity') < $1
         order by coalesce(to_time, 'infinity') limit $2)`,
      [new Date(cutMs), atOnce],
    );
    cleared += rowCount ?? 0;
    if ((rowCount ?? 0) < atOnce) return cleared;
  }
}
