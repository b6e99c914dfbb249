-- Who has the turn to collect, and under which epoch. The turn itself is a lock of a connection (decision 2); what is
-- received under it is marked with the epoch, and later ones overtake it.

create table collector_turn (
  "only" boolean primary key default true check ("only"),
  epoch bigint not null,
  node text not null,
  incarnation bigint not null,
  taken_at timestamptz not null
);
comment on column collector_turn.epoch is
  'rises with each take-over; a collector that gets its own turn back keeps it';

-- Holes that touch a range of time are found by their ends: by their beginnings, all of a device's past would be looked at.
create index gap_device_end on gap (device_id, coalesce(to_time, 'infinity'::timestamptz));
create index gap_end on gap (coalesce(to_time, 'infinity'::timestamptz));

-- A reader or writer of version 4 sees nothing of it.
insert into schema_version (version, oldest_reader, oldest_writer) values (5, 2, 3);
