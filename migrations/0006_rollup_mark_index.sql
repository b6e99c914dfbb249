-- no transaction
-- The rollup job takes marks in the order of this index, and queries look for the oldest one of a tier: without it
-- each reads the whole table, seconds where a million marks wait and for ever where it is twenty.
create index concurrently if not exists rollup_mark_due on rollup_mark (tier, bucket, block);

insert into schema_version (version, oldest_reader, oldest_writer) values (6, 2, 3);
