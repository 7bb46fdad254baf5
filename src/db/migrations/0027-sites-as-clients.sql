-- 0027-sites-as-clients.sql
-- A site may show who it is by keys of its own instead of a secret, has a secret that is being replaced
-- beside the new one for a while, an address at which a sign-in is started from outside, and refresh
-- tokens where it needs them.
-- An older server beside us takes the new secret alone, and none from a site that has keys.

alter table site
  add column jwks jsonb,
  add column initiate_login_uri text,
  add column refresh_tokens boolean not null default false,
  add column previous_secret_hash bytea,
  add column previous_secret_ends_at timestamptz;
