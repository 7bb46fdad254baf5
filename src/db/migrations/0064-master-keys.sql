-- 0064-master-keys.sql
-- Another master key can take over (SEC K-2): which have sealed here and since when, which of them each node has, and the
-- password of the app's role, sealed, so that it outlives the key that it was derived from. A key seals once every node has
-- it: from here on nodes do decide by each other's rows.
-- The app's role wraps values of connection_key and audit_key anew, which it did not change before, and that password.
--
-- An older server beside us has one key and says of none that it has it: no other takes over while it runs.

create table master_key (
  key_id          text        not null primary key,
  seals_from      timestamptz not null,
  retired_at      timestamptz,
  -- How many values it wraps, as last counted; null: not since it mattered.
  values_wrapped  bigint,
  counted_at      timestamptz
);
grant select, insert, update on master_key to rollcall_app;

alter table node add column key_ids text[], add column seals_with text;

alter table installation add column app_password_sealed text;
grant select (is_only, app_password_sealed), update (app_password_sealed) on installation to rollcall_app;

grant update (private_key_sealed) on connection_key to rollcall_app;
grant update (private_key_sealed) on audit_key to rollcall_app;
