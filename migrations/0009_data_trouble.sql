-- What keeps the data of devices from being stored as it was sent, and how the jobs of a collector are doing: told in
-- metrics before, where neither a console nor "nocturne doctor" could see it.

-- One row a device and kind: how it is, or how it was the last time. Events and gaps say the rest.
create table data_trouble (
  device_id uuid not null,
  kind text not null,
  began_at timestamptz not null,
  last_at timestamptz not null,
  over_at timestamptz,
  count bigint not null,
  examples jsonb not null default '[]',
  gap_id uuid not null,
  node text not null,
  primary key (device_id, kind)
) with (fillfactor = 70);
create index data_trouble_last_at on data_trouble (last_at desc);
comment on column data_trouble.examples is
  'A few of the paths: [{path, value, count, firstAtMs, lastAtMs, gapId}]. gap_id is of the hole in all others.';

create table job_state (
  node text not null,
  job text not null,
  ran_at timestamptz not null,
  succeeded_at timestamptz,
  took_ms float8 not null,
  problem text,
  primary key (node, job)
) with (fillfactor = 70);
comment on column job_state.problem is 'Why the last run failed; null where it went well.';

-- What a sensor refuses to say it refuses with every sample: from now on a row stands for all of its hour.
alter table quarantine add column hour timestamptz, add column count int, add column last_at timestamptz;
create unique index quarantine_alike on quarantine (device_id, hour, md5(path), md5(reason), md5(coalesce(value, '')))
  where hour is not null;
comment on column quarantine.count is 'Values that this row stands for, the last of them at last_at; null: one.';
-- It is read a device at a time, newest first.
create index quarantine_device on quarantine (device_id, id desc);

-- Nothing that earlier programs know has changed.
insert into schema_version (version, oldest_reader, oldest_writer) values (9, 2, 3);
