-- 0002-extension-schemas.sql
-- Extension schemas that a connection declares for itself (RFC 7643 section 3.3).
--
-- Read with the credential of each SCIM request, so a declaration is in force everywhere within
-- seconds. Values of an extension stand in resource.body like all others.
-- An older server beside us knows no declared extension: it leaves what they name out of new writes.

create table extension_schema (
  tenant_id      text        not null,
  connection_id  text        not null,
  urn_folded     text        not null,
  resource_type  text        not null,
  schema         jsonb       not null,    -- as served in /Schemas, without meta
  created_at     timestamptz not null,

  primary key (tenant_id, connection_id, urn_folded),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table extension_schema enable row level security;
alter table extension_schema force row level security;
create policy tenant_wall on extension_schema
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update, delete on extension_schema to rollcall_app;
