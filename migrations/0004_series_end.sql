-- When series ended: their targets deleted the leaves, or no longer sent them. A sample of that time or later is a new
-- life of the series.

create table series_end (
  series_id bigint not null,
  time timestamptz not null,
  primary key (series_id, time)
);
create index series_end_time on series_end (time);
comment on table series_end is
  'From this time on the leaf was not there, until a sample of this time or later. The newest end of a series before the retention cut stays.';

-- A reader of version 3 shows last values as it always did, a writer of version 3 tells of no ends.
insert into schema_version (version, oldest_reader, oldest_writer) values (4, 2, 3);
