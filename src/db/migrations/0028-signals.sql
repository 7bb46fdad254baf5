-- 0028-signals.sql
-- What an identity provider told us of itself, outside of any sign-in: that somebody's sessions must end.
-- The row is the receipt, and by its digest the same signal has an effect once.
--
-- An older server beside us has no address for signals.

create table signal (
  tenant_id       text        not null,
  signal_id       text        not null,
  connection_id   text        not null,
  kind            text        not null check (kind in ('universal-logout', 'session-revoked')),
  jti_hash        text        not null,
  identity_ids    text[]      not null,
  sessions_ended  integer     not null,
  received_at     timestamptz not null,

  primary key (tenant_id, signal_id),
  unique (tenant_id, connection_id, jti_hash),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table signal enable row level security;
alter table signal force row level security;
create policy tenant_wall on signal
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, delete on signal to rollcall_app;
