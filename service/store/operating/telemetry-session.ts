/** State of each device's telemetry session, as its collector last reported it. */
import type { RefusedPath, ReportedFacts, SessionStatus } from '../../../core/contract/device.ts';
import type { DeviceId } from '../../../core/id.ts';
import type { Queryable } from '../connection/queryable.ts';
import { storableJson } from '../writing/storable-text.ts';

export interface SessionReport {
  readonly deviceId: DeviceId;
  readonly session: SessionStatus;
  /** Left out, or with a session that has no `target` yet: nothing new; what was reported before stays. */
  readonly detail?: SessionDetail | undefined;
}

/** What a session found out about its device; kept in the `target` column, next to what Capabilities said. */
export interface SessionDetail {
  /** Undefined: nothing heard yet. What is left out stays as it was reported before, null takes it back. */
  readonly reported: Partial<ReportedFacts> | undefined;
  /** Undefined: not tried yet. */
  readonly refusedPaths: readonly RefusedPath[] | undefined;
}

/** Collectors report themselves every few seconds; one silent for this long is taken for gone. */
export const nodeSilenceSeconds = 15;

const nothingReported: ReportedFacts = {
  platform: null,
  vendor: null,
  model: null,
  serial: null,
  hardwareVersion: null,
  softwareVersion: null,
  hostname: null,
  bootedAtMs: null,
};

/** The column from what is `known` and what the `report` brings; a fact at a time, for a report may hold some only. */
const targetNow = `case
  when report.target is not null then coalesce(known.target, '{}') || report.target ||
    case when report.target ? 'reported' then jsonb_build_object('reported',
      $2::jsonb || coalesce(known.target -> 'reported', '{}') || (report.target -> 'reported')) else '{}' end
  else known.target end`;

/**
 * Writes what one collector reports; the newest report of a device wins. What a device said of itself is kept until it
 * says otherwise: a collector that starts anew, or a device that is switched off, does not make it unknown.
 */
export async function upsertSessions(
  db: Queryable,
  reports: readonly SessionReport[],
): Promise<void> {
  if (reports.length === 0) return;
  const rows = reports.map(({ deviceId, session, detail }) => ({
    device_id: deviceId,
    state: session.state,
    since: iso(session.sinceMs),
    node: session.node,
    synced: session.synced,
    last_error: session.lastError,
    last_error_at: iso(session.lastErrorAtMs),
    connects: session.connects,
    updates_total: session.updatesTotal,
    updates_per_second: session.updatesPerSecond,
    last_update_at: iso(session.lastUpdateAtMs),
    lag_ms: session.lagMs,
    // Without what Capabilities said the column stays null: readers of the release before know nothing but that in it.
    target: session.target === null ? null : { ...session.target, ...detail },
  }));
  // In one order everywhere, so that two collectors handing over a device never wait crosswise.
  rows.sort((left, right) => (left.device_id < right.device_id ? -1 : 1));
  await db.query(
    `insert into telemetry_session (device_id, state, since, node, synced, last_error, last_error_at,
       connects, updates_total, updates_per_second, last_update_at, lag_ms, target, updated_at)
     select report.device_id, report.state, report.since, report.node, report.synced, report.last_error,
       report.last_error_at, report.connects, report.updates_total, report.updates_per_second,
       report.last_update_at, report.lag_ms, ${targetNow}, clock_timestamp()
     from jsonb_populate_recordset(null::telemetry_session, $1) report
     left join telemetry_session known on known.device_id = report.device_id
     on conflict (device_id) do update set state = excluded.state, since = excluded.since,
       node = excluded.node, synced = excluded.synced, last_error = excluded.last_error,
       last_error_at = excluded.last_error_at, connects = excluded.connects,
       updates_total = excluded.updates_total, updates_per_second = excluded.updates_per_second,
       last_update_at = excluded.last_update_at, lag_ms = excluded.lag_ms, target = excluded.target,
       updated_at = excluded.updated_at`,
    [storableJson(rows), JSON.stringify(nothingReported)],
  );
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** For a select with `telemetry_session session` and `node` left-joined by `session.node = node.name`. */
export const sessionColumns = `session.state, session.since as "sinceMs", session.node, session.synced,
  session.last_error as "lastError", session.last_error_at as "lastErrorAtMs", session.connects,
  session.updates_total as "updatesTotal", session.updates_per_second as "updatesPerSecond",
  session.last_update_at as "lastUpdateAtMs", session.lag_ms as "lagMs",
  case when session.target ? 'gnmiVersion' then session.target - '{reported,refusedPaths}'::text[] end as target,
  case when node.stopped_at is not null or node.seen_at < now() - interval '${nodeSilenceSeconds} s'
    then node.seen_at end as "nodeLostMs"`;

export interface SessionRow extends Omit<SessionStatus, 'state'> {
  /** null: no session was ever reported. */
  readonly state: SessionStatus['state'] | null;
  /** When the collector was last seen, if it is gone. */
  readonly nodeLostMs: number | null;
}

/** The status as people see it: what a vanished collector said last is no longer true. */
export function sessionOf(row: SessionRow): SessionStatus | null {
  if (row.state === null) return null;
  const { nodeLostMs } = row;
  const status: SessionStatus = {
    state: row.state,
    sinceMs: row.sinceMs,
    node: row.node,
    synced: row.synced,
    lastError: row.lastError,
    lastErrorAtMs: row.lastErrorAtMs,
    connects: row.connects,
    updatesTotal: row.updatesTotal,
    updatesPerSecond: row.updatesPerSecond,
    lastUpdateAtMs: row.lastUpdateAtMs,
    lagMs: row.lagMs,
    target: row.target,
  };
  if (nodeLostMs === null || row.state === 'stopped') return status;
  return {
    ...status,
    state: 'idle',
    sinceMs: nodeLostMs,
    synced: false,
    updatesPerSecond: 0,
    lagMs: null,
    lastError: `the collector ${row.node} has not been heard of since ${iso(nodeLostMs)}`,
    lastErrorAtMs: nodeLostMs,
  };
}

/** Sessions of living devices that changed after the time given, or whose collector is gone; 0 for all of them. */
export async function listSessions(
  db: Queryable,
  changedAfterMs: number,
): Promise<{ reports: { deviceId: DeviceId; session: SessionStatus | null }[]; nowMs: number }> {
  const { rows } = await db.query<SessionRow & { deviceId: DeviceId; nowMs: number }>(
    `select device.id as "deviceId", ${sessionColumns}, clock_timestamp() as "nowMs"
     from device
     left join telemetry_session session on session.device_id = device.id
     left join node on node.name = session.node
     where device.retired_at is null and (session.updated_at >= $1 or device.created_at >= $1
       or node.stopped_at is not null or node.seen_at < now() - interval '${nodeSilenceSeconds} s')
     order by device.name`,
    [new Date(changedAfterMs)],
  );
  return {
    reports: rows.map((row) => ({ deviceId: row.deviceId, session: sessionOf(row) })),
    nowMs: rows[0]?.nowMs ?? changedAfterMs,
  };
}

/** How many living devices there are to collect, and how many of them stream. */
export async function countStreaming(db: Queryable): Promise<{ total: number; streaming: number }> {
  const { rows } = await db.query<{ total: number; streaming: number }>(
    `select count(*) as total, count(*) filter (where session.state = 'streaming'
       and node.stopped_at is null and node.seen_at >= now() - interval '${nodeSilenceSeconds} s') as streaming
     from device
     left join telemetry_session session on session.device_id = device.id
     left join node on node.name = session.node
     where device.retired_at is null and device.admin_state <> 'inactive'`,
  );
  return rows[0] ?? { total: 0, streaming: 0 };
}
