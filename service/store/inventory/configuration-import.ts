/**
 * Writes a configuration document into the database, all of it or nothing. What has an id that is known here is brought
 * to the document's state, the rest is added; nothing is removed.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { dashboardDocument } from '../../../core/dashboard/document.ts';
import { NocturneError } from '../../../core/errors.ts';
import type { Uuid } from '../../../core/id.ts';
import type { ConfigurationDocument } from '../../../core/inventory/configuration-document.ts';
import { writeAudit } from '../people/audit.ts';
import { saveDashboard } from './dashboard.ts';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';

export interface ImportOptions {
  readonly actor: string;
  /** Leave out devices whose name another living device has here, instead of refusing the document. */
  readonly skipExisting: boolean;
  /** Try everything, keep nothing. */
  readonly dryRun: boolean;
}

/** What was added, or differed from what was here. */
export interface ImportSummary {
  readonly sites: number;
  readonly devices: number;
  readonly subscriptions: number;
  readonly dashboards: number;
  /** Names of devices that were left out. */
  readonly skipped: readonly string[];
}

/** Thrown to roll a trial back. */
class TrialDone extends Error {}

/** @throws NocturneError CONFLICT where a device's name is taken by another */
export async function importConfiguration(
  pool: Pool,
  document: ConfigurationDocument,
  options: ImportOptions,
): Promise<ImportSummary> {
  const done = { summary: null as ImportSummary | null };
  try {
    await transaction(
      pool,
      async (db) => {
        done.summary = await importAll(db, document, options);
        if (options.dryRun) throw new TrialDone();
      },
      { actor: options.actor },
    );
  } catch (error) {
    if (!(error instanceof TrialDone)) throw error;
  }
  return done.summary!;
}

async function importAll(
  db: Queryable,
  document: ConfigurationDocument,
  options: ImportOptions,
): Promise<ImportSummary> {
  const taken = await takenNames(db, document);
  if (taken.size > 0 && !options.skipExisting) throw conflict([...taken]);
  const devices = document.devices.filter(({ name }) => !taken.has(name));
  const { siteIds, changed: sites } = await importSites(db, document.sites);
  const siteOf = (id: string | null) => (id === null ? null : (siteIds.get(id) ?? null));
  for (const credential of document.credentials) await importCredential(db, credential);
  const changedDevices = await countChanged(devices, (device) =>
    importDevice(db, device, siteOf(device.siteId)),
  );
  const subscriptions = await countChanged(document.subscriptions, (one) =>
    importSubscription(db, one, siteOf(one.siteId)),
  );
  const dashboards = await countChanged(document.dashboards, (one) =>
    importDashboard(db, one, options.actor),
  );
  const summary: ImportSummary = {
    sites,
    devices: changedDevices,
    subscriptions,
    dashboards,
    skipped: [...taken],
  };
  await writeAudit(db, {
    actor: options.actor,
    operation: 'configuration.import',
    subjectKind: 'configuration',
    subjectId: document.exportedAt,
    before: null,
    after: summary,
  });
  return summary;
}

/** One after the other: a later one may depend on an earlier. */
async function countChanged<Item>(
  items: readonly Item[],
  bring: (item: Item) => Promise<boolean>,
): Promise<number> {
  let changed = 0;
  for (const item of items) if (await bring(item)) changed += 1;
  return changed;
}

async function takenNames(
  db: Queryable,
  { devices }: ConfigurationDocument,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ name: string }>(
    `select device.name from device
     join unnest($1::text[], $2::uuid[]) as given (name, id) on given.name = device.name
     where device.retired_at is null and device.id <> given.id order by device.name`,
    [devices.map(({ name }) => name), devices.map(({ id }) => id)],
  );
  return new Set(rows.map(({ name }) => name));
}

function conflict(names: readonly string[]): NocturneError {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return new NocturneError(
    'CONFLICT',
    `other devices already have the names ${names.slice(0, 5).join(', ')}${more}; rename them, or import with --skip-existing`,
  );
}

/** A site of the same name is the same site: answers which id each site of the document has here. */
async function importSites(
  db: Queryable,
  sites: ConfigurationDocument['sites'],
): Promise<{ siteIds: ReadonlyMap<string, string>; changed: number }> {
  const ids = new Map<string, string>();
  const changed = new Set<string>();
  for (const { id, name, timeZone, tags } of sites) {
    const known = await db.query<{ id: string }>(
      'select id from site where name = $1 and retired_at is null',
      [name],
    );
    ids.set(id, known.rows[0]?.id ?? id);
    const brought = await db.query(
      `insert into site (id, name, time_zone, tags) values ($1, $2, $3, $4)
       on conflict (id) do update set name = excluded.name, time_zone = excluded.time_zone,
         tags = excluded.tags, retired_at = null
       where (site.name, site.time_zone, site.tags, site.retired_at)
         is distinct from (excluded.name, excluded.time_zone, excluded.tags, null)`,
      [ids.get(id), name, timeZone, tags],
    );
    if (brought.rowCount === 1) changed.add(id);
  }
  // Parents last, for a child may stand before its parent.
  for (const { id, parentId } of sites) {
    if (parentId === null) continue;
    const moved = await db.query(
      'update site set parent_id = $2 where id = $1 and parent_id is distinct from $2',
      [ids.get(id), ids.get(parentId)],
    );
    if (moved.rowCount === 1) changed.add(id);
  }
  return { siteIds: ids, changed: changed.size };
}

async function importCredential(
  db: Queryable,
  { id, name, sealed }: ConfigurationDocument['credentials'][number],
): Promise<boolean> {
  return bring(db, 'credential', { id, name, sealed: Buffer.from(sealed, 'base64') });
}

/** A device has changed where an endpoint of it has. */
async function importDevice(
  db: Queryable,
  device: ConfigurationDocument['devices'][number],
  siteId: string | null,
): Promise<boolean> {
  const { id, name, platform, model, serial, tags, adminState, endpoints } = device;
  const facts = { id, name, platform, model, serial, tags };
  const itself = await bring(db, 'device', { ...facts, site_id: siteId, admin_state: adminState });
  const gone = await db.query(
    `update device_endpoint set retired_at = now()
     where device_id = $1 and retired_at is null and not (id = any($2::uuid[]))`,
    [id, endpoints.map((endpoint) => endpoint.id)],
  );
  const changed = await countChanged(endpoints, (endpoint) => importEndpoint(db, id, endpoint));
  return itself || gone.rowCount !== 0 || changed > 0;
}

function importEndpoint(
  db: Queryable,
  deviceId: string,
  one: ConfigurationDocument['devices'][number]['endpoints'][number],
): Promise<boolean> {
  return bring(db, 'device_endpoint', {
    id: one.id,
    device_id: deviceId,
    position: one.position,
    protocol: one.protocol,
    address: one.address,
    port: one.port,
    tls_mode: one.tlsMode,
    tls_name: one.tlsName,
    tls_ca_pem: one.tlsCaPem,
    tls_certificate_pem: one.tlsCertificatePem,
    credential_id: one.credentialId,
    request_target: one.requestTarget,
    max_message_bytes: one.maxMessageBytes,
  });
}

function importSubscription(
  db: Queryable,
  one: ConfigurationDocument['subscriptions'][number],
  siteId: string | null,
): Promise<boolean> {
  return bring(db, 'subscription', {
    id: one.id,
    name: one.name,
    protocol: one.protocol,
    paths: JSON.stringify(one.paths),
    device_ids: one.deviceIds,
    tags: one.tags,
    site_id: siteId,
    enabled: one.enabled,
  });
}

/** Brings the living row of that id to these values; false where it has them already. */
async function bring(
  db: Queryable,
  table: 'credential' | 'device' | 'device_endpoint' | 'subscription',
  row: Readonly<Record<string, unknown>> & { readonly id: string },
): Promise<boolean> {
  const { id, ...values } = row;
  const columns = Object.keys(values);
  const excluded = columns.map((column) => `excluded.${column}`);
  const sets = columns.map((column) => `${column} = excluded.${column}`);
  const touched = table === 'credential' ? ', updated_at = now()' : '';
  const { rowCount } = await db.query(
    `insert into ${table} (id, ${columns.join(', ')})
     values ($1, ${columns.map((_, at) => `$${at + 2}`).join(', ')})
     on conflict (id) do update set ${sets.join(', ')}, retired_at = null${touched}
     where (${columns.map((column) => `${table}.${column}`).join(', ')}, ${table}.retired_at)
       is distinct from (${excluded.join(', ')}, null)`,
    [id, ...Object.values(values)],
  );
  return rowCount === 1;
}

/**
 * A dashboard that is the same already gets no new version; what an earlier program wrote is read as it is read today,
 * for it may lack what was added since.
 */
async function importDashboard(
  db: Queryable,
  { id, document }: ConfigurationDocument['dashboards'][number],
  actor: string,
): Promise<boolean> {
  const { rows } = await db.query<{ version: number; document: unknown }>(
    `select dashboard.version, saved.document from dashboard
     join dashboard_version saved
       on saved.dashboard_id = dashboard.id and saved.version = dashboard.version
     where dashboard.id = $1`,
    [id],
  );
  const known = rows[0];
  const saved = dashboardDocument.safeParse(known?.document);
  if (saved.success && isDeepStrictEqual(saved.data, document)) return false;
  await saveDashboard(db, { id: id as Uuid, baseVersion: known?.version ?? 0, document, actor });
  return true;
}
