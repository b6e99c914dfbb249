/** An invented next release's migration: everything that an expansion may do, and nothing that it may not. */
import { programSchemaVersion } from '../../service/store/schema/migrate.ts';
import { serves } from './migration-folder.ts';

const version = programSchemaVersion + 1;
/** Tables that all kinds of statements of this program touch. */
const tables = [
  'site',
  'device',
  'device_endpoint',
  'credential',
  'secret_key',
  'subscription',
  'series',
  'series_last',
  'series_end',
  'ingest_batch',
  'gap',
  'quarantine',
  'event',
  'command',
  'telemetry_session',
  'endpoint_session',
  'node',
  'setting',
  'dashboard',
  'dashboard_version',
  'app_user',
  'user_session',
  'login_token',
  'api_token',
  'rollup_mark',
  'storage_cut',
];

const expand = `
${tables.map((table) => `alter table ${table} add column rack text;`).join('\n')}
alter table if exists sample add column origin smallint;
alter table if exists sample_text add column origin smallint;
alter table if exists sample_1m add column origin smallint;
create table rack (id uuid primary key, name text not null);
create index device_rack on device (rack);
alter table device drop constraint device_admin_state_check;
alter table device add constraint device_admin_state_check
  check (admin_state in ('active', 'maintenance', 'inactive', 'planned'));
${serves(version, programSchemaVersion, programSchemaVersion)}
`;

export const nextSchema: Readonly<Record<string, string>> = {
  [`${String(version).padStart(4, '0')}_racks.sql`]: expand,
  [`${String(version + 1).padStart(4, '0')}_series_kind.sql`]: `-- no transaction
create index concurrently if not exists series_kind on series (kind);
${serves(version + 1, programSchemaVersion, programSchemaVersion)}
`,
};
