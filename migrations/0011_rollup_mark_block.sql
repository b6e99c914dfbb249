-- no transaction
-- A query looks for what its own series' rollups have still to compute, however much of others' there is.
create index concurrently if not exists rollup_mark_block on rollup_mark (tier, block, bucket);

insert into schema_version (version, oldest_reader, oldest_writer) values (11, 2, 3);
