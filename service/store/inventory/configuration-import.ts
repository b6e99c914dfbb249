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

export interface ImportSummary {
  readonly sites: number;
  readonly devices: number;
  readonly subscriptions: number;
  /** Dashboards that differ from what was here. */
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
  const siteIds = await importSites(db, document.sites);
  const siteOf = (id: string | null) => (id === null ? null : (siteIds.get(id) ?? null));
  for (const credential of document.credentials) await importCredential(db, credential);
  for (const device of devices) await importDevice(db, device, siteOf(device.siteId));
  for (const one of document.subscriptions) await importSubscription(db, one, siteOf(one.siteId));
  let dashboards = 0;
  for (const one of document.dashboards) {
    if (await importDashboard(db, one, options.actor)) dashboards += 1;
  }
  const summary: ImportSummary = {
    sites: document.sites.length,
    devices: devices.length,
    subscriptions: document.subscriptions.length,
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
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const { id, name, timeZone, tags } of sites) {
    const known = await db.query<{ id: string }>(
      'select id from site where name = $1 and retired_at is null',
      [name],
    );
    ids.set(id, known.rows[0]?.id ?? id);
    await db.query(
      `insert into site (id, name, time_zone, tags) values ($1, $2, $3, $4)
       on conflict (id) do update set name = excluded.name, time_zone = excluded.time_zone,
         tags = excluded.tags, retired_at = null`,
      [ids.get(id), name, timeZone, tags],
    );
  }
  // Parents last, for a child may stand before its parent.
  for (const { id, parentId } of sites) {
    if (parentId === null) continue;
    await db.query('update site set parent_id = $2 where id = $1', [
      ids.get(id),
      ids.get(parentId),
    ]);
  }
  return ids;
}

async function importCredential(
  db: Queryable,
  { id, name, sealed }: ConfigurationDocument['credentials'][number],
): Promise<void> {
  await db.query(
    `insert into credential (id, name, sealed) values ($1, $2, decode($3, 'base64'))
     on conflict (id) do update set name = excluded.name, sealed = excluded.sealed,
       updated_at = now(), retired_at = null`,
    [id, name, sealed],
  );
}

async function importDevice(
  db: Queryable,
  device: ConfigurationDocument['devices'][number],
  siteId: string | null,
): Promise<void> {
  const { id, name, platform, model, serial, tags, adminState } = device;
  await db.query(
    `insert into device (id, name, platform, model, serial, site_id, tags, admin_state)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set name = excluded.name, platform = excluded.platform,
       model = excluded.model, serial = excluded.serial, site_id = excluded.site_id,
       tags = excluded.tags, admin_state = excluded.admin_state, retired_at = null`,
    [id, name, platform, model, serial, siteId, tags, adminState],
  );
  await db.query(
    `update device_endpoint set retired_at = now()
     where device_id = $1 and retired_at is null and not (id = any($2::uuid[]))`,
    [id, device.endpoints.map((endpoint) => endpoint.id)],
  );
  for (const one of device.endpoints) {
    await db.query(
      `insert into device_endpoint (id, device_id, position, protocol, address, port, tls_mode,
         tls_name, tls_ca_pem, tls_certificate_pem, credential_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (id) do update set position = excluded.position, protocol = excluded.protocol,
         address = excluded.address, port = excluded.port, tls_mode = excluded.tls_mode,
         tls_name = excluded.tls_name, tls_ca_pem = excluded.tls_ca_pem,
         tls_certificate_pem = excluded.tls_certificate_pem,
         credential_id = excluded.credential_id, retired_at = null`,
      [
        one.id,
        id,
        one.position,
        one.protocol,
        one.address,
        one.port,
        one.tlsMode,
        one.tlsName,
        one.tlsCaPem,
        one.tlsCertificatePem,
        one.credentialId,
      ],
    );
  }
}

async function importSubscription(
  db: Queryable,
  one: ConfigurationDocument['subscriptions'][number],
  siteId: string | null,
): Promise<void> {
  await db.query(
    `insert into subscription (id, name, protocol, paths, device_ids, tags, site_id, enabled)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set name = excluded.name, protocol = excluded.protocol,
       paths = excluded.paths, device_ids = excluded.device_ids, tags = excluded.tags,
       site_id = excluded.site_id, enabled = excluded.enabled, retired_at = null`,
    [
      one.id,
      one.name,
      one.protocol,
      JSON.stringify(one.paths),
      one.deviceIds,
      one.tags,
      siteId,
      one.enabled,
    ],
  );
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
