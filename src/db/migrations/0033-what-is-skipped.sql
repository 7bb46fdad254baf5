-- 0033-what-is-skipped.sql
-- A record in quarantine may be left out by an administrator, who says why, until the identity provider
-- writes it anew. And a column goes that nothing reads since the brake knows by its rows whether it holds.
-- An older server beside us tries what is skipped again with its full runs.

alter table quarantine
  add column skipped_at   timestamptz,
  add column skip_reason  text,
  add constraint quarantine_skip_check check ((skipped_at is null) = (skip_reason is null));

alter table loader drop column held_since;
