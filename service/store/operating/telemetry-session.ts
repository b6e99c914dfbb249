/** State of the telemetry session of each endpoint, as its collector last reported it. */
import type {
  DeviceEndpoint,
  RefusedPath,
  ReportedFacts,
  SessionStatus,
} from '../../../core/contract/device.ts';
import type { DeviceId, EndpointId } from '../../../core/id.ts';
import type { SessionOwner } from '../../../core/inventory/collection-target.ts';
import type { Queryable } from '../connection/queryable.ts';
import { storableJson } from '../writing/storable-text.ts';

export interface SessionReport extends SessionOwner {
  readonly session: SessionStatus;
  /** Left out: nothing new; what was reported before stays. */
  readonly detail?: SessionDetail | undefined;
}

/** What a session found out about its device. */
export interface SessionDetail {
  /** Undefined: nothing heard yet. What is left out stays as it was reported before, null takes it back. */
  readonly reported: Partial<ReportedFacts> | undefined;
  /** Undefined: not tried yet. */
  readonly refusedPaths: readonly RefusedPath[] | undefined;
  /** In which way the target is asked, in words; undefined: not yet. */
  readonly asked?: string | undefined;
  /** For the next session with the target, of its driver alone. */
  readonly learnt?: Readonly<Record<string, unknown>> | null | undefined;
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
const detailNow = `coalesce(known.detail, '{}') || coalesce(report.detail, '{}') ||
  case when report.detail ? 'reported' then jsonb_build_object('reported',
    $2::jsonb || coalesce(known.detail -> 'reported', '{}') || (report.detail -> 'reported')) else '{}' end`;

/**
 * Writes what one collector reports; the newest report of an endpoint wins. What a device said of itself is kept until it
 * says otherwise: a collector that starts anew, or a device that is switched off, does not make it unknown.
 */
export async function upsertSessions(
  db: Queryable,
  reports: readonly SessionReport[],
): Promise<void> {
  if (reports.length === 0) return;
  const rows = reports.map(({ deviceId, endpointId, session, detail }) => ({
    device_id: deviceId,
    endpoint_id: endpointId,
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
    target: session.target,
    detail,
  }));
  // In one order everywhere, so that two collectors handing over a device never wait crosswise.
  rows.sort((left, right) => (orderOf(left) < orderOf(right) ? -1 : 1));
  await db.query(
    `insert into endpoint_session (device_id, endpoint_id, state, since, node, synced, last_error,
       last_error_at, connects, updates_total, updates_per_second, last_update_at, lag_ms, target,
       detail, updated_at)
     select report.device_id, report.endpoint_id, report.state, report.since, report.node,
       report.synced, report.last_error, report.last_error_at, report.connects, report.updates_total,
       report.updates_per_second, report.last_update_at, report.lag_ms,
       coalesce(report.target, known.target), ${detailNow}, clock_timestamp()
     from jsonb_populate_recordset(null::endpoint_session, $1) report
     left join endpoint_session known
       on known.device_id = report.device_id and known.endpoint_id = report.endpoint_id
     on conflict (device_id, endpoint_id) do update set state = excluded.state, since = excluded.since,
       node = excluded.node, synced = excluded.synced, last_error = excluded.last_error,
       last_error_at = excluded.last_error_at, connects = excluded.connects,
       updates_total = excluded.updates_total, updates_per_second = excluded.updates_per_second,
       last_update_at = excluded.last_update_at, lag_ms = excluded.lag_ms, target = excluded.target,
       detail = excluded.detail, updated_at = excluded.updated_at`,
    [storableJson(rows), JSON.stringify(nothingReported)],
  );
}

function orderOf(row: { readonly device_id: string; readonly endpoint_id: string }): string {
  return row.device_id + row.endpoint_id;
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** A collector of its own word, or of a machine, is gone. */
const nodeIsGone = `(node.stopped_at is not null
  or node.seen_at < now() - interval '${nodeSilenceSeconds} s')`;

/** For a select with `endpoint_session session` and `node` left-joined by `session.node = node.name`. */
const sessionColumns = `session.state, session.since as "sinceMs", session.node, session.synced,
  session.last_error as "lastError", session.last_error_at as "lastErrorAtMs", session.connects,
  session.updates_total as "updatesTotal", session.updates_per_second as "updatesPerSecond",
  session.last_update_at as "lastUpdateAtMs", session.lag_ms as "lagMs", session.target,
  case when ${nodeIsGone} then node.seen_at end as "nodeLostMs"`;

interface SessionRow extends Omit<SessionStatus, 'state'> {
  /** null: no session was ever reported. */
  readonly state: SessionStatus['state'] | null;
  /** When the collector was last seen, if it is gone. */
  readonly nodeLostMs: number | null;
}

/** The status as people see it: what a vanished collector said last is no longer true. */
function sessionOf(row: SessionRow): SessionStatus | null {
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

interface EndpointRow extends SessionRow, SessionOwner {
  readonly endpoint: Omit<DeviceEndpoint, 'session' | 'asked'>;
  readonly detail: Partial<SessionDetail> | null;
}

/** A living endpoint of a device with its session. */
export interface EndpointSession extends SessionOwner {
  readonly endpoint: DeviceEndpoint;
  readonly detail: Partial<SessionDetail>;
}

/** Every living endpoint of the devices, in the order of its device's endpoints. */
export async function listEndpointSessions(
  db: Queryable,
  deviceIds: readonly DeviceId[],
): Promise<EndpointSession[]> {
  const { rows } = await db.query<EndpointRow>(
    `select endpoint.device_id as "deviceId", endpoint.id as "endpointId", session.detail,
       jsonb_build_object('id', endpoint.id, 'protocol', endpoint.protocol, 'address', endpoint.address,
         'port', endpoint.port, 'tlsMode', endpoint.tls_mode, 'tlsName', endpoint.tls_name,
         'hasCredential', endpoint.credential_id is not null, 'requestTarget', endpoint.request_target,
         'maxMessageBytes', endpoint.max_message_bytes) as endpoint,
       ${sessionColumns}
     from device_endpoint endpoint
     left join endpoint_session session
       on session.device_id = endpoint.device_id and session.endpoint_id = endpoint.id
     left join node on node.name = session.node
     where endpoint.device_id = any($1::uuid[]) and endpoint.retired_at is null
     order by endpoint.device_id, endpoint.position, endpoint.id`,
    [deviceIds],
  );
  return rows.map((row) => ({
    deviceId: row.deviceId,
    endpointId: row.endpointId,
    endpoint: { ...row.endpoint, asked: row.detail?.asked ?? null, session: sessionOf(row) },
    detail: row.detail ?? {},
  }));
}

export interface DeviceSessions {
  readonly deviceId: DeviceId;
  readonly session: SessionStatus | null;
  readonly endpoints: { endpointId: EndpointId; session: SessionStatus | null }[];
}

/** Where one is to stand for all: of the first endpoint that is collected, or was. */
export function mainSession(sessions: readonly (SessionStatus | null)[]): SessionStatus | null {
  const known = sessions.filter((session) => session !== null);
  return known.find(({ state }) => state !== 'stopped') ?? known[0] ?? null;
}

/** Living devices with a session that changed after the time given, or whose collector is gone; 0 for all of them. */
export async function listSessions(
  db: Queryable,
  changedAfterMs: number,
): Promise<{ reports: DeviceSessions[]; nowMs: number }> {
  const { rows } = await db.query<{ deviceId: DeviceId; nowMs: number }>(
    `select device.id as "deviceId", clock_timestamp() as "nowMs"
     from device
     where device.retired_at is null and (device.created_at >= $1 or exists (
       select from endpoint_session session left join node on node.name = session.node
       where session.device_id = device.id and (session.updated_at >= $1 or ${nodeIsGone})))
     order by device.name`,
    [new Date(changedAfterMs)],
  );
  const byDevice = Map.groupBy(
    await listEndpointSessions(
      db,
      rows.map(({ deviceId }) => deviceId),
    ),
    ({ deviceId }) => deviceId,
  );
  return {
    reports: rows.map(({ deviceId }) => {
      const endpoints = byDevice.get(deviceId) ?? [];
      return {
        deviceId,
        session: mainSession(endpoints.map(({ endpoint }) => endpoint.session)),
        endpoints: endpoints.map(({ endpointId, endpoint: { session } }) => ({
          endpointId,
          session,
        })),
      };
    }),
    nowMs: rows[0]?.nowMs ?? changedAfterMs,
  };
}

/** How many living devices there are to collect, and how many of them stream through every endpoint that is held. */
export async function countStreaming(db: Queryable): Promise<{ total: number; streaming: number }> {
  const { rows } = await db.query<{ total: number; streaming: number }>(
    `select count(*) as total, count(*) filter (where held.stream) as streaming
     from device
     left join lateral (
       select bool_and(session.state = 'streaming' and node.name is not null and not ${nodeIsGone}) as stream
       from endpoint_session session
       join device_endpoint endpoint on endpoint.id = session.endpoint_id and endpoint.retired_at is null
       left join node on node.name = session.node
       where session.device_id = device.id and session.state <> 'stopped'
     ) held on true
     where device.retired_at is null and device.admin_state <> 'inactive'`,
  );
  return rows[0] ?? { total: 0, streaming: 0 };
}
