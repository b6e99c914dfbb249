/** Reads the whole living configuration at one moment, as a document. */
import type { Pool } from 'pg';
import type { ConfigurationDocument } from '../../../core/inventory/configuration-document.ts';
import type { Queryable } from '../connection/queryable.ts';
import { transaction } from '../connection/transaction.ts';

type Part<Name extends keyof ConfigurationDocument> = ConfigurationDocument[Name];

const selectSites = `select id, name, time_zone as "timeZone", parent_id as "parentId", tags
  from site where retired_at is null order by name`;

const selectCredentials = `select id, name, encode(sealed, 'base64') as sealed
  from credential where retired_at is null and exists (
    select from device_endpoint endpoint join device on device.id = endpoint.device_id
    where endpoint.credential_id = credential.id and endpoint.retired_at is null
      and device.retired_at is null)
  order by name, id`;

const selectDevices = `select id, name, platform, model, serial, site_id as "siteId", tags,
    admin_state as "adminState",
    coalesce((select jsonb_agg(jsonb_build_object('id', id, 'position', position, 'protocol', protocol,
        'address', address, 'port', port, 'tlsMode', tls_mode, 'tlsName', tls_name,
        'tlsCaPem', tls_ca_pem, 'tlsCertificatePem', tls_certificate_pem,
        'credentialId', credential_id, 'requestTarget', request_target,
        'maxMessageBytes', max_message_bytes) order by position, id)
      from device_endpoint endpoint
      where endpoint.device_id = device.id and endpoint.retired_at is null), '[]') as endpoints
  from device where retired_at is null order by name`;

const selectSubscriptions = `select id, name, protocol, paths, device_ids as "deviceIds", tags,
    site_id as "siteId", enabled
  from subscription where retired_at is null order by name, id`;

const selectDashboards = `select dashboard.id, saved.document
  from dashboard
  join dashboard_version saved
    on saved.dashboard_id = dashboard.id and saved.version = dashboard.version
  where dashboard.retired_at is null order by dashboard.id`;

export function exportConfiguration(pool: Pool, nowMs: number): Promise<ConfigurationDocument> {
  return transaction(pool, async (db) => {
    await db.query('set transaction isolation level repeatable read, read only');
    return {
      format: 'nocturne-configuration',
      version: 1,
      exportedAt: new Date(nowMs).toISOString(),
      sites: await rows<Part<'sites'>>(db, selectSites),
      credentials: unwrapped(await rows<Part<'credentials'>>(db, selectCredentials)),
      devices: await rows<Part<'devices'>>(db, selectDevices),
      subscriptions: await rows<Part<'subscriptions'>>(db, selectSubscriptions),
      dashboards: await rows<Part<'dashboards'>>(db, selectDashboards),
    };
  });
}

async function rows<List extends readonly object[]>(db: Queryable, sql: string): Promise<List> {
  return (await db.query<List[number] & Record<string, unknown>>(sql)).rows as unknown as List;
}

/** PostgreSQL breaks base64 into lines. */
function unwrapped(credentials: Part<'credentials'>): Part<'credentials'> {
  return credentials.map((one) => ({ ...one, sealed: one.sealed.replaceAll('\n', '') }));
}
