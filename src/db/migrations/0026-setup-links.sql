-- 0026-setup-links.sql
-- Links by which a customer's administrator sets up one connection without an account, the sessions
-- that they open, and which identity provider it turned out to be. What leads from a link or a
-- session to its tenant stands in credential_tenant, as for every other credential.
-- Nothing older knows these tables.

create table setup_link (
  tenant_id      text         not null,
  link_id        text         not null,
  connection_id  text         not null,
  lookup_id      text         not null,
  secret_hash    bytea        not null,
  created_by     text         not null,
  created_at     timestamptz  not null,
  expires_at     timestamptz  not null,
  revoked_at     timestamptz,
  last_used_at   timestamptz,

  primary key (tenant_id, link_id),
  constraint setup_link_lookup_id_key unique (tenant_id, lookup_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

create table setup_session (
  tenant_id    text         not null,
  handle_hash  bytea        not null,
  link_id      text         not null,
  expires_at   timestamptz  not null,

  primary key (tenant_id, handle_hash),
  foreign key (tenant_id, link_id) references setup_link on delete cascade
);

create table setup_choice (
  tenant_id      text         not null,
  connection_id  text         not null,
  provider       text         not null,

  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

do $$
declare
  walled text;
begin
  foreach walled in array array['setup_link', 'setup_session', 'setup_choice'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
    execute format('grant select, insert, update, delete on %I to rollcall_app', walled);
  end loop;
end $$;
