-- 0017-provisioning-grants.sql
-- Who let an identity provider provision by OAuth, until when, and when it last did: listed and revoked
-- beside the static tokens. What was consented to before is not listed; a new client secret ends it.

create table provisioning_grant (
  tenant_id       text         not null,
  grant_id        text         not null,
  connection_id   text         not null,
  administrator   text         not null,
  created_at      timestamptz  not null,
  expires_at      timestamptz  not null,
  revoked_at      timestamptz,
  last_used_at    timestamptz,
  last_used_from  text,

  primary key (tenant_id, grant_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table provisioning_grant enable row level security;
alter table provisioning_grant force row level security;
create policy tenant_wall on provisioning_grant
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update, delete on provisioning_grant to rollcall_app;
