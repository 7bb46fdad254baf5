-- 0038-what-sites-may.sql
-- Sites: whether one may read the directory, must push its requests, and where it publishes its keys;
-- tenants: whether their administrators may register sites; provisioning clients: whether they get tokens
-- without an administrator's consent, the keys that they may show instead of a secret, and their last use.
-- An older server beside us knows none of it: it lets nobody read the directory or register sites.

alter table site
  add column directory_access boolean not null default false,
  add column par_required boolean not null default false,
  add column jwks_uri text;

alter table tenant add column sites_by_administrators boolean not null default false;

alter table provisioning_client
  add column client_credentials boolean not null default false,
  add column jwks jsonb,
  add column last_used_at timestamptz,
  add column last_used_from text;
