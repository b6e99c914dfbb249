-- Secrets are sealed to a public key of the collectors: whoever takes one from a person needs no key to do so, and cannot
-- open it again. Here are the public halves; the private ones are with the collectors alone.

create table secret_key (
  fingerprint text primary key check (fingerprint ~ '^[0-9a-f]{32}$'),
  key_id text not null,
  public_key bytea not null check (octet_length(public_key) = 32),
  node text not null,
  made_at timestamptz not null default now(),
  sealing_since timestamptz,
  lost_at timestamptz
);
comment on table secret_key is
  'Secrets are sealed to the key with the newest sealing_since that is not lost.';

-- A console of version 9 seals as it did, with the keys it has, and a collector seals that anew; it does not open what is
-- sealed in the new way. Neither does a collector of version 9.
insert into schema_version (version, oldest_reader, oldest_writer) values (10, 2, 3);
