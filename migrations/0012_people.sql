-- People, their logins, and tokens for programs. What somebody may do is read at each call, from the person: no role is
-- kept in a login or a link, but for those that were asked to carry less.

create function nocturne_lesser_role(one text, other text) returns text language sql immutable as $$
  select case when array_position(array['viewer', 'operator', 'admin'], one)
    <= array_position(array['viewer', 'operator', 'admin'], other) then one else other end
$$;

alter table user_session add column role_at_most text check (role_at_most in ('viewer', 'operator', 'admin'));
alter table user_session add column last_used_at timestamptz;
alter table user_session add column client text;
comment on column user_session.role_at_most is
  'Null in sessions of programs of the version before: then their role is the most. They read the role alone.';

alter table login_token add column role_at_most text check (role_at_most in ('viewer', 'operator', 'admin'));
alter table login_token add column session_id uuid references user_session on delete set null;
comment on column login_token.session_id is 'The login that it was made in for another browser, and ends with.';

-- As for sessions, SHA-256 alone.
create table api_token (
  id uuid primary key,
  name text not null,
  hint text not null,
  token_hash bytea not null unique,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create unique index api_token_living_name on api_token (name) where revoked_at is null;

-- Consoles and streams that are open end with what let them in.
create trigger announce after update of role, retired_at on app_user
  for each statement execute function nocturne_announce('nocturne_people');
create trigger announce after update of role, ended_at on user_session
  for each statement execute function nocturne_announce('nocturne_people');
create trigger announce after update of role, revoked_at on api_token
  for each statement execute function nocturne_announce('nocturne_people');

-- Which installation this is, for what browsers keep of several on one host.
insert into setting (key, value, updated_by) values ('installation', to_jsonb(gen_random_uuid()::text), 'nocturne')
  on conflict (key) do nothing;

-- A console of version 11 goes by the role that a login began with, which is kept up in the logins that are open.
insert into schema_version (version, oldest_reader, oldest_writer) values (12, 2, 3);
