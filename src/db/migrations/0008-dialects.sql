-- 0008-dialects.sql
-- How a connection is spoken with, where it is not as all are: which rewrites are switched off, and
-- whether it is strict.
--
-- Read with the credential of each SCIM request, so a change is in force everywhere within seconds.
-- A connection without a row is forgiving, with every rewrite on.
-- An older server beside us does not know the table and is forgiving to all.

create table dialect (
  tenant_id      text        not null,
  connection_id  text        not null,
  is_strict      boolean     not null,
  rewrites_off   text[]      not null,     -- names, such as entra.boolean-as-text
  changed_at     timestamptz not null,

  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table dialect enable row level security;
alter table dialect force row level security;
create policy tenant_wall on dialect
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update on dialect to rollcall_app;
