/** Devices as the contract shows them: inventory, endpoint without secrets, session status. */
import type {
  adminStates,
  Device,
  DeviceDetail,
  ReportedFacts,
} from '../../../core/contract/device.ts';
import { NocturneError } from '../../../core/errors.ts';
import type { DeviceId, Uuid } from '../../../core/id.ts';
import { errorCodeOf } from '../connection/database-error.ts';
import type { Queryable } from '../connection/queryable.ts';
import {
  type EndpointSession,
  listEndpointSessions,
  mainSession,
} from '../operating/telemetry-session.ts';

interface DeviceRow {
  readonly id: DeviceId;
  readonly name: string;
  readonly site: string | null;
  /** As a person entered them. */
  readonly platform: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly tags: Record<string, string>;
  readonly adminState: (typeof adminStates)[number];
  readonly createdAtMs: number;
  readonly retiredAtMs: number | null;
}

const selectDevice = `select device.id, device.name, site.name as site, device.platform, device.model,
    device.serial, device.tags, device.admin_state as "adminState", device.created_at as "createdAtMs",
    device.retired_at as "retiredAtMs"
  from device
  left join site on site.id = device.site_id`;

/** Each with its endpoints and their sessions. */
async function devicesOf(db: Queryable, rows: readonly DeviceRow[]): Promise<Device[]> {
  const ids = rows.map(({ id }) => id);
  const endpoints = Map.groupBy(await listEndpointSessions(db, ids), ({ deviceId }) => deviceId);
  return rows.map((row) => deviceOf(row, endpoints.get(row.id) ?? []));
}

function deviceOf(row: DeviceRow, held: readonly EndpointSession[]): Device {
  const { id, name, site, tags, adminState, createdAtMs, retiredAtMs } = row;
  // What a removed device's session said last is of no interest any more.
  const endpoints = held.map(({ endpoint }) =>
    retiredAtMs === null ? endpoint : { ...endpoint, session: null },
  );
  return {
    id,
    name,
    site,
    ...shownFacts(row, reportedBy(held)),
    tags,
    adminState,
    endpoint: gnmiEndpointOf(endpoints),
    session: mainSession(endpoints.map(({ session }) => session)),
    endpoints,
    createdAtMs,
    retiredAtMs,
  };
}

function gnmiEndpointOf(endpoints: Device['endpoints']): Device['endpoint'] {
  const found = endpoints.find(({ protocol }) => protocol === 'gnmi');
  if (found === undefined) return null;
  const { id: _id, session: _session, asked: _asked, ...endpoint } = found;
  return { ...endpoint, protocol: 'gnmi', tlsMode: endpoint.tlsMode! };
}

/** Of what several sessions heard of one fact, the first endpoint's counts. */
function reportedBy(held: readonly EndpointSession[]): ReportedFacts | null {
  const told = held.flatMap(({ detail }) => detail.reported ?? []) as ReportedFacts[];
  if (told.length < 2) return told[0] ?? null;
  const known = told.map((facts) =>
    Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== null)),
  );
  return Object.assign({}, told[0], ...known.toReversed()) as ReportedFacts;
}

/** What a person entered counts, else what the device said of itself. */
function shownFacts(row: DeviceRow, reported: ReportedFacts | null) {
  const sourceOf = (fact: 'platform' | 'model' | 'serial') => {
    if (row[fact] !== null) return 'entered';
    return (reported?.[fact] ?? null) === null ? null : 'reported';
  };
  return {
    platform: row.platform ?? reported?.platform ?? null,
    model: row.model ?? reported?.model ?? null,
    serial: row.serial ?? reported?.serial ?? null,
    factSources: {
      platform: sourceOf('platform'),
      model: sourceOf('model'),
      serial: sourceOf('serial'),
    },
    reported,
  } as const;
}

export interface DeviceFilter {
  readonly site?: string | undefined;
  /** Part of name, address, platform, model, serial or a tag's value, in any case. */
  readonly search?: string | undefined;
  readonly limit: number;
}

/** Living devices by name; `total` counts all that pass the filter. */
export async function listDevices(
  db: Queryable,
  filter: DeviceFilter,
): Promise<{ devices: Device[]; total: number }> {
  const { rows } = await db.query<DeviceRow & { total: number }>(
    `select listed.*, count(*) over () as total from (
       ${selectDevice}
       where device.retired_at is null
         and ($1::text is null or site.name = $1)
         and ($2::text is null
           or strpos(lower(device.name), lower($2)) > 0
           or exists (select from device_endpoint endpoint where endpoint.device_id = device.id
             and endpoint.retired_at is null and strpos(lower(endpoint.address), lower($2)) > 0)
           or exists (select from unnest(array['platform', 'model', 'serial'],
               array[device.platform, device.model, device.serial]) as fact (name, entered)
             left join endpoint_session session on session.device_id = device.id
             where strpos(lower(coalesce(entered, session.detail -> 'reported' ->> fact.name)), lower($2)) > 0)
           or exists (select from jsonb_each_text(device.tags) tag where strpos(lower(tag.value), lower($2)) > 0))
     ) listed order by listed.name limit $3`,
    [filter.site ?? null, filter.search ?? null, filter.limit],
  );
  return { devices: await devicesOf(db, rows), total: rows[0]?.total ?? 0 };
}

/** @throws NOT_FOUND */
export async function readDevice(db: Queryable, id: DeviceId): Promise<Device> {
  const [row, held] = await readRow(db, id);
  return deviceOf(row, held);
}

/** With what only a look at one device is worth. @throws NOT_FOUND */
export async function readDeviceDetail(db: Queryable, id: DeviceId): Promise<DeviceDetail> {
  const [row, held] = await readRow(db, id);
  return {
    ...deviceOf(row, held),
    refusedPaths: held.flatMap(({ detail }) => detail.refusedPaths ?? []),
  };
}

async function readRow(db: Queryable, id: DeviceId): Promise<[DeviceRow, EndpointSession[]]> {
  const { rows } = await db.query<DeviceRow>(`${selectDevice} where device.id = $1`, [id]);
  if (rows[0] === undefined) throw noDevice(id);
  return [rows[0], await listEndpointSessions(db, [id])];
}

/**
 * Takes the device for the rest of the transaction, so that two changes at once happen one after the other.
 * @throws NOT_FOUND
 */
export async function lockDevice(db: Queryable, id: DeviceId): Promise<void> {
  const { rowCount } = await db.query('select from device where id = $1 for update', [id]);
  if (rowCount === 0) throw noDevice(id);
}

function noDevice(id: DeviceId): NocturneError {
  return new NocturneError('NOT_FOUND', `there is no device with the id ${id}`);
}

/** @throws CONFLICT when a living device has the name */
export async function insertDevice(
  db: Queryable,
  device: {
    id: DeviceId;
    name: string;
    siteId: Uuid | null;
    tags: Readonly<Record<string, string>>;
    platform?: string | undefined;
    model?: string | undefined;
    serial?: string | undefined;
  },
): Promise<void> {
  const { id, name, siteId, tags, platform = null, model = null, serial = null } = device;
  await namedOnce(
    name,
    db.query(
      `insert into device (id, name, site_id, tags, platform, model, serial)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, name, siteId, JSON.stringify(tags), platform, model, serial],
    ),
  );
}

export interface DeviceChange {
  readonly name?: string | undefined;
  /** null takes the device out of its site. */
  readonly siteId?: Uuid | null | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly adminState?: (typeof adminStates)[number] | undefined;
  /** null takes back what was entered: what the device says counts again. */
  readonly platform?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly serial?: string | null | undefined;
}

/** @throws CONFLICT when another living device has the name */
export async function updateDevice(
  db: Queryable,
  id: DeviceId,
  change: DeviceChange,
): Promise<void> {
  await namedOnce(
    change.name ?? '',
    db.query(
      `update device set name = coalesce($2, name), tags = coalesce($3, tags),
         admin_state = coalesce($4, admin_state),
         site_id = case when $5 then $6::uuid else site_id end,
         platform = case when $7 then $8 else platform end,
         model = case when $9 then $10 else model end,
         serial = case when $11 then $12 else serial end
       where id = $1`,
      [
        id,
        change.name ?? null,
        change.tags === undefined ? null : JSON.stringify(change.tags),
        change.adminState ?? null,
        ...nullable(change.siteId),
        ...nullable(change.platform),
        ...nullable(change.model),
        ...nullable(change.serial),
      ],
    ),
  );
}

/** Whether there is a change, and to what. */
function nullable<Value>(change: Value | null | undefined): [boolean, Value | null] {
  return [change !== undefined, change ?? null];
}

/** Retires (true) or brings back. @throws CONFLICT when the name is taken meanwhile */
export async function setRetired(db: Queryable, device: Device, retired: boolean): Promise<void> {
  await namedOnce(
    device.name,
    db.query(
      'update device set retired_at = case when $2 then coalesce(retired_at, now()) end where id = $1',
      [device.id, retired],
    ),
  );
}

async function namedOnce(name: string, statement: Promise<unknown>): Promise<void> {
  try {
    await statement;
  } catch (error) {
    if (errorCodeOf(error) !== '23505') throw error;
    throw new NocturneError(
      'CONFLICT',
      `a device named "${name}" exists already: choose another name, or change that device`,
      { cause: error },
    );
  }
}
