-- Where a node runs, for whoever starts a second one under its name.

alter table node add column host text, add column process int;
comment on column node.incarnation is
  'rises with each start under the name; before version 8 the start of the program, in ms, by its own clock';

insert into schema_version (version, oldest_reader, oldest_writer) values (8, 2, 3);
