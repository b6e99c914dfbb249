-- What the rollup job has to recompute, and from when on each table is whole. See docs/decisions/0007-rollup-marks.md.

-- Append-only for writers: a mark belongs to the transaction that stored the samples, so it becomes visible with them.
-- No unique key on purpose: a writer that finds somebody else's mark and adds none would lose its own samples' mark
-- when the job takes the other one before this writer commits.
create table rollup_mark (
  tier text not null check (tier in ('1m', '1h', '1d')),
  bucket timestamptz not null,
  block int not null,
  marked_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
comment on column rollup_mark.block is 'series ids from block * 256 up to, without, (block + 1) * 256';

create table storage_cut (
  "table" text primary key,
  before timestamptz not null
);
comment on table storage_cut is
  'Rows of the table before this time were dropped; what is rolled up from them must not be recomputed any more.';

-- What writers of version 2 stored was never marked.
do $$ begin
  if to_regclass('sample') is not null then
    insert into rollup_mark (tier, bucket, block)
      select distinct '1m', date_bin('1 minute', time, 'epoch'), (series_id / 256)::int from sample;
  end if;
end $$;

-- A writer of version 2 leaves no marks, so its samples would never reach the rollups.
insert into schema_version (version, oldest_reader, oldest_writer) values (3, 2, 3);
