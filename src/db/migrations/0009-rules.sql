-- 0009-rules.sql
-- Rules: which expression gives which fact of a connection's people and groups. Versions are only added;
-- the latest is in force.
-- An older server beside us does not know them and loads as if there were none: upgrade all nodes
-- before rules are applied.

create table rule_set (
  tenant_id      text        not null,
  connection_id  text        not null,
  version        integer     not null check (version > 0),
  rules          jsonb       not null,     -- by place, as text that was checked
  author         text        not null,     -- as in the audit log
  created_at     timestamptz not null,

  primary key (tenant_id, connection_id, version),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

alter table rule_set enable row level security;
alter table rule_set force row level security;
create policy tenant_wall on rule_set
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert on rule_set to rollcall_app;
