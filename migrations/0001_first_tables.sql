-- The first tables. What stands here cannot be changed cheaply once data exists: see docs on data.
-- Ids are UUIDv7 made by the program. Nothing is deleted by ordinary work: retired_at is set.
-- Forward only: every file ends by saying which oldest reader and writer it still serves.

create table schema_version (
  version int primary key,
  oldest_reader int not null,
  oldest_writer int not null,
  applied_at timestamptz not null default now()
);
comment on table schema_version is
  'One row a migration. A program whose own schema version is below the newest row''s oldest_reader (or oldest_writer, when it writes) must not work on this database.';

-- Inventory ---------------------------------------------------------------------------------------------------------

create table site (
  id uuid primary key,
  name text not null,
  time_zone text not null default 'UTC',
  parent_id uuid references site,
  tags jsonb not null default '{}',
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index site_living_name on site (name) where retired_at is null;

create table device (
  id uuid primary key,
  name text not null,
  platform text,
  model text,
  serial text,
  site_id uuid references site,
  tags jsonb not null default '{}',
  admin_state text not null default 'active' check (admin_state in ('active', 'maintenance', 'inactive')),
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index device_living_name on device (name) where retired_at is null;
create index device_site on device (site_id);

-- A credential holds user name, password and TLS key, sealed by the program; the database never sees them.
create table credential (
  id uuid primary key,
  name text not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  retired_at timestamptz
);

create table device_endpoint (
  id uuid primary key,
  device_id uuid not null references device,
  position int not null default 0,
  protocol text not null default 'gnmi' check (protocol in ('gnmi', 'netconf')),
  address text not null,
  port int not null check (port between 1 and 65535),
  tls_mode text not null check (tls_mode in ('plaintext', 'skip-verify', 'verified', 'mutual')),
  tls_name text,
  tls_ca_pem text,
  tls_certificate_pem text,
  credential_id uuid references credential,
  encoding text,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create index device_endpoint_device on device_endpoint (device_id, position);

-- Which paths are collected how. device_ids, tags and site_id narrow the devices; all that are given must hold,
-- none given means every device. paths: [{path, mode, sampleIntervalMs, heartbeatIntervalMs, suppressRedundant}].
create table subscription (
  id uuid primary key,
  name text not null,
  protocol text not null default 'gnmi' check (protocol in ('gnmi', 'netconf')),
  paths jsonb not null,
  device_ids uuid[],
  tags jsonb,
  site_id uuid references site,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);

-- Series and samples ------------------------------------------------------------------------------------------------
-- No foreign keys from or to sample tables, nor from series: ingest must never wait for, or fail on, the inventory.

create table series (
  id bigint generated always as identity primary key,
  device_id uuid not null,
  path text not null,
  metric text not null,
  keys jsonb not null default '{}',
  kind text not null check (kind in ('counter', 'gauge', 'state')),
  unit text not null,
  first_seen timestamptz not null default now(),
  replaced_by bigint,
  unique (device_id, path, kind, unit)
);
create index series_metric on series (metric);

-- sample, sample_text and the rollups of sample are made by the storage engine (service/store/engine-*.ts), for they
-- are partitions on plain PostgreSQL and hypertables on TimescaleDB.

-- Newest number or text of each series; updated in place, so pages keep room for it.
create table series_last (
  series_id bigint primary key,
  time timestamptz not null,
  value float8,
  text text
) with (fillfactor = 70);

create table ingest_batch (
  node text not null,
  incarnation bigint not null,
  worker int not null,
  sequence bigint not null,
  rows int not null,
  quarantined int not null default 0,
  stored_at timestamptz not null default now(),
  primary key (node, incarnation, worker, sequence)
);
create index ingest_batch_stored_at on ingest_batch (stored_at);

create table gap (
  id uuid primary key,
  device_id uuid not null,
  path text,
  from_time timestamptz not null,
  to_time timestamptz,
  reason text not null,
  lost bigint,
  node text,
  recorded_at timestamptz not null default now()
);
create index gap_device_time on gap (device_id, from_time desc);

create table quarantine (
  id bigint generated always as identity primary key,
  recorded_at timestamptz not null default now(),
  time timestamptz,
  device_id uuid not null,
  path text not null,
  reason text not null,
  value text,
  node text not null
);
create index quarantine_recorded_at on quarantine (recorded_at desc);

-- What happens ------------------------------------------------------------------------------------------------------

create table event (
  id uuid not null,
  time timestamptz not null,
  kind text not null,
  severity text not null check (severity in ('info', 'warning', 'error')),
  subject text not null,
  detail text not null,
  primary key (id, time)
) partition by range (time);
create index event_time on event (time desc);
create index event_subject on event (subject, time desc);
create table event_default partition of event default;

create table command (
  id uuid primary key,
  kind text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'expired')),
  node text,
  device_id uuid,
  request jsonb not null default '{}',
  sealed bytea,
  steps jsonb not null default '[]',
  problem text,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  deadline_at timestamptz not null,
  finished_at timestamptz
);
create index command_waiting on command (requested_at) where state in ('waiting', 'running');
comment on column command.sealed is 'secrets that the owner needs; emptied when the command ends';

-- State of the telemetry session of each device, as its owner last reported it.
create table telemetry_session (
  device_id uuid primary key,
  state text not null check (state in
    ('idle', 'connecting', 'subscribing', 'syncing', 'streaming', 'backing-off', 'refused', 'stopped')),
  since timestamptz not null,
  node text,
  synced boolean not null default false,
  last_error text,
  last_error_at timestamptz,
  connects int not null default 0,
  updates_total float8 not null default 0,
  updates_per_second float8 not null default 0,
  last_update_at timestamptz,
  lag_ms float8,
  target jsonb,
  updated_at timestamptz not null default now()
) with (fillfactor = 70);

create table node (
  name text primary key,
  role text not null check (role in ('collector', 'web', 'both')),
  version text not null,
  incarnation bigint not null,
  feed_address text,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  stopped_at timestamptz,
  devices int not null default 0,
  samples_per_second float8 not null default 0,
  samples_dropped float8 not null default 0,
  queued_batches int not null default 0
) with (fillfactor = 70);

-- Consoles ----------------------------------------------------------------------------------------------------------

create table setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now(),
  updated_by text not null
);

create table dashboard (
  id uuid primary key,
  version int not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);

create table dashboard_version (
  dashboard_id uuid not null references dashboard,
  version int not null,
  document jsonb not null,
  saved_at timestamptz not null default now(),
  saved_by text not null,
  primary key (dashboard_id, version)
);

-- People ------------------------------------------------------------------------------------------------------------

create table app_user (
  id uuid primary key,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index app_user_living_name on app_user (name) where retired_at is null;

-- Tokens are kept as SHA-256 only: they are 256 random bits, so a slow hash would add nothing.
create table user_session (
  id uuid primary key,
  token_hash bytea not null unique,
  user_id uuid not null references app_user,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index user_session_expires_at on user_session (expires_at);

create table login_token (
  token_hash bytea primary key,
  user_id uuid not null references app_user,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

insert into schema_version (version, oldest_reader, oldest_writer) values (1, 1, 1);
