-- A session belongs to an endpoint: a device may have several, of several protocols, not all of them over TLS.

alter table device_endpoint alter column tls_mode drop not null;
alter table device_endpoint add constraint device_endpoint_gnmi_says_tls
  check (protocol <> 'gnmi' or tls_mode is not null);
alter table device_endpoint add column request_target text;
alter table device_endpoint add column max_message_bytes int check (max_message_bytes > 0);
comment on column device_endpoint.request_target is
  'gNMI: which device behind this endpoint is meant (prefix.target); null where there is but one.';
comment on column device_endpoint.max_message_bytes is 'Larger messages are refused; null: the program''s own limit.';

alter table gap add column endpoint_id uuid;
comment on column gap.endpoint_id is
  'Whose session left the hole and ends it; null where it is of the device, whatever it is collected through.';

-- State of the telemetry session of each endpoint, as its owner last reported it.
create table endpoint_session (
  device_id uuid not null,
  endpoint_id uuid not null,
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
  detail jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  primary key (device_id, endpoint_id)
) with (fillfactor = 70);
comment on column endpoint_session.target is 'What the target says of itself, by protocol.';
comment on column endpoint_session.detail is 'What the session found out: reported (facts of the device), refusedPaths.';

create trigger announce after insert or update or delete on endpoint_session
  for each statement execute function nocturne_announce('nocturne_session');

-- Programs of version 6 know one session a device: that of its first gNMI endpoint. What they write in
-- telemetry_session is brought here, and what is written here is shown to them there. What a trigger writes, the other
-- one leaves alone.
create function nocturne_first_endpoint(device uuid) returns uuid language sql stable as $$
  select id from device_endpoint
  where device_id = device and protocol = 'gnmi' and retired_at is null
  order by position, id limit 1
$$;

-- Version 6's own rows.
insert into endpoint_session (device_id, endpoint_id, state, since, node, synced, last_error, last_error_at,
  connects, updates_total, updates_per_second, last_update_at, lag_ms, target, detail, updated_at)
select device_id, nocturne_first_endpoint(device_id), state, since, node, synced, last_error, last_error_at,
  connects, updates_total, updates_per_second, last_update_at, lag_ms,
  case when target ? 'gnmiVersion'
    then '{"protocol": "gnmi"}' || (target - '{reported,refusedPaths}'::text[]) end,
  jsonb_strip_nulls(jsonb_build_object('refusedPaths', target -> 'refusedPaths')) ||
    case when target ? 'reported' then jsonb_build_object('reported', target -> 'reported') else '{}' end,
  updated_at
from telemetry_session where nocturne_first_endpoint(device_id) is not null;

create function nocturne_session_to_endpoint() returns trigger language plpgsql as $$
begin
  insert into endpoint_session as known (device_id, endpoint_id, state, since, node, synced, last_error, last_error_at,
    connects, updates_total, updates_per_second, last_update_at, lag_ms, target, detail, updated_at)
  select device_id, nocturne_first_endpoint(device_id), state, since, node, synced, last_error, last_error_at,
    connects, updates_total, updates_per_second, last_update_at, lag_ms,
    case when target ? 'gnmiVersion'
      then '{"protocol": "gnmi"}' || (target - '{reported,refusedPaths}'::text[]) end,
    jsonb_strip_nulls(jsonb_build_object('refusedPaths', target -> 'refusedPaths')) ||
      case when target ? 'reported' then jsonb_build_object('reported', target -> 'reported') else '{}' end,
    updated_at
  from changed where nocturne_first_endpoint(device_id) is not null
  order by device_id
  on conflict (device_id, endpoint_id) do update set state = excluded.state, since = excluded.since,
    node = excluded.node, synced = excluded.synced, last_error = excluded.last_error,
    last_error_at = excluded.last_error_at, connects = excluded.connects,
    updates_total = excluded.updates_total, updates_per_second = excluded.updates_per_second,
    last_update_at = excluded.last_update_at, lag_ms = excluded.lag_ms,
    target = coalesce(excluded.target, known.target), detail = known.detail || excluded.detail,
    updated_at = excluded.updated_at;
  return null;
end $$;

create function nocturne_session_from_endpoint() returns trigger language plpgsql as $$
begin
  insert into telemetry_session as known (device_id, state, since, node, synced, last_error, last_error_at,
    connects, updates_total, updates_per_second, last_update_at, lag_ms, target, updated_at)
  select device_id, state, since, node, synced, last_error, last_error_at,
    connects, updates_total, updates_per_second, last_update_at, lag_ms,
    -- Without what Capabilities said the column is null: readers of version 6 know nothing but that in it.
    case when target ? 'gnmiVersion' then (target - 'protocol') || detail end,
    updated_at
  from changed where endpoint_id = nocturne_first_endpoint(device_id)
  order by device_id
  on conflict (device_id) do update set state = excluded.state, since = excluded.since,
    node = excluded.node, synced = excluded.synced, last_error = excluded.last_error,
    last_error_at = excluded.last_error_at, connects = excluded.connects,
    updates_total = excluded.updates_total, updates_per_second = excluded.updates_per_second,
    last_update_at = excluded.last_update_at, lag_ms = excluded.lag_ms, target = excluded.target,
    updated_at = excluded.updated_at;
  return null;
end $$;

create trigger to_endpoint_inserted after insert on telemetry_session referencing new table as changed
  for each statement when (pg_trigger_depth() = 0) execute function nocturne_session_to_endpoint();
create trigger to_endpoint_updated after update on telemetry_session referencing new table as changed
  for each statement when (pg_trigger_depth() = 0) execute function nocturne_session_to_endpoint();
create trigger from_endpoint_inserted after insert on endpoint_session referencing new table as changed
  for each statement when (pg_trigger_depth() = 0) execute function nocturne_session_from_endpoint();
create trigger from_endpoint_updated after update on endpoint_session referencing new table as changed
  for each statement when (pg_trigger_depth() = 0) execute function nocturne_session_from_endpoint();

insert into schema_version (version, oldest_reader, oldest_writer) values (7, 2, 3);
