-- What the database itself keeps up by trigger: history of the inventory, the audit chain, and announcements.

-- History -----------------------------------------------------------------------------------------------------------
-- A row of <table>_history says how a row looked from valid_from until valid_to (half-open; null = still).
-- The actor is the setting nocturne.actor of the transaction, else the database role.

create table site_history (
  history_id bigint generated always as identity primary key,
  id uuid not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  "row" jsonb not null,
  actor text not null
);
create table device_history (like site_history including all);
create table device_endpoint_history (like site_history including all);
create table subscription_history (like site_history including all);
create index site_history_id on site_history (id, valid_from desc);
create index device_history_id on device_history (id, valid_from desc);
create index device_endpoint_history_id on device_endpoint_history (id, valid_from desc);
create index subscription_history_id on subscription_history (id, valid_from desc);

create function nocturne_keep_history() returns trigger language plpgsql as $$
declare
  history text := tg_table_name || '_history';
  actor text := coalesce(nullif(current_setting('nocturne.actor', true), ''), session_user::text);
begin
  if tg_op <> 'INSERT' then
    -- Several changes in one transaction are one change: its last state alone was ever visible.
    execute format('delete from %I where id = $1 and valid_to is null and valid_from = now()', history) using old.id;
    execute format('update %I set valid_to = now() where id = $1 and valid_to is null', history) using old.id;
  end if;
  if tg_op <> 'DELETE' then
    execute format('insert into %I (id, valid_from, "row", actor) values ($1, now(), $2, $3)', history)
      using new.id, to_jsonb(new), actor;
  end if;
  return null;
end $$;

-- What was there before has looked the same since it was made, as far as anybody knows.
insert into site_history (id, valid_from, "row", actor)
  select id, created_at, to_jsonb(site), 'nocturne' from site;
insert into device_history (id, valid_from, "row", actor)
  select id, created_at, to_jsonb(device), 'nocturne' from device;
insert into device_endpoint_history (id, valid_from, "row", actor)
  select id, created_at, to_jsonb(device_endpoint), 'nocturne' from device_endpoint;
insert into subscription_history (id, valid_from, "row", actor)
  select id, created_at, to_jsonb(subscription), 'nocturne' from subscription;

create trigger keep_history after insert or update or delete on site
  for each row execute function nocturne_keep_history();
create trigger keep_history after insert or update or delete on device
  for each row execute function nocturne_keep_history();
create trigger keep_history after insert or update or delete on device_endpoint
  for each row execute function nocturne_keep_history();
create trigger keep_history after insert or update or delete on subscription
  for each row execute function nocturne_keep_history();

-- Audit: append-only, numbered without holes, each row's hash covers the row and the hash before it ---------------------

create table audit (
  id bigint primary key,
  time timestamptz not null,
  actor text not null,
  database_role text not null,
  operation text not null,
  subject_kind text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_time on audit (time desc);
create index audit_subject on audit (subject_kind, subject_id, id desc);

create function nocturne_audit_hash(entry audit) returns bytea language sql stable as $$
  select sha256(entry.previous_hash || convert_to(jsonb_build_array(
    entry.id, extract(epoch from entry.time), entry.actor, entry.database_role, entry.operation,
    entry.subject_kind, entry.subject_id, entry.before, entry.after)::text, 'UTF8'))
$$;

create function nocturne_chain_audit() returns trigger language plpgsql as $$
declare
  newest audit;
begin
  -- One writer at a time until its commit, so that the chain has one order.
  perform pg_advisory_xact_lock(hashtext('nocturne_audit'));
  select * into newest from audit order by id desc limit 1;
  new.id := coalesce(newest.id, 0) + 1;
  new.time := clock_timestamp();
  new.database_role := session_user;
  new.previous_hash := coalesce(newest.hash, '\x'::bytea);
  new.hash := nocturne_audit_hash(new);
  return new;
end $$;
create trigger chain_audit before insert on audit for each row execute function nocturne_chain_audit();

create function nocturne_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the table % is append-only: % is refused', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit
  for each row execute function nocturne_refuse_change();
create trigger append_only_truncate before truncate on audit
  for each statement execute function nocturne_refuse_change();

-- Announcements: a hint to look again; who missed it polls ----------------------------------------------------------

create function nocturne_announce() returns trigger language plpgsql as $$
begin
  perform pg_notify(tg_argv[0], '');
  return null;
end $$;

create trigger announce after insert or update or delete on device
  for each statement execute function nocturne_announce('nocturne_inventory');
create trigger announce after insert or update or delete on device_endpoint
  for each statement execute function nocturne_announce('nocturne_inventory');
create trigger announce after insert or update or delete on subscription
  for each statement execute function nocturne_announce('nocturne_inventory');
create trigger announce after insert or update or delete on credential
  for each statement execute function nocturne_announce('nocturne_inventory');
create trigger announce after insert or update or delete on telemetry_session
  for each statement execute function nocturne_announce('nocturne_session');

create function nocturne_announce_command() returns trigger language plpgsql as $$
begin
  perform pg_notify('nocturne_command', new.id::text);
  return null;
end $$;
create trigger announce after insert or update on command
  for each row execute function nocturne_announce_command();

insert into schema_version (version, oldest_reader, oldest_writer) values (2, 2, 2);
