-- 0003-provisioning-log.sql
-- The provisioning log: each SCIM request and what became of it, and for which connections the
-- values that it changed are kept too.
--
-- A row is keyed by its request, whose id sorts by time: a page, a span of time and what has outlived
-- its days are all ranges of the primary key. The app adds and reads; nothing can be changed, and the
-- database itself lets nothing be taken away that is younger than a day.
-- Nothing older knows these tables, so an older server beside us is unaffected.

create table provisioning_log (
  tenant_id        text             not null,
  request_id       text             not null,
  connection_id    text             not null,
  -- Null when the request could not be authenticated.
  credential_kind  text             check (credential_kind in ('token', 'oauth')),
  credential_id    text,
  operation        text             not null,
  resource_type    text,
  resource_id      text,
  status           integer          not null,
  outcome          text             not null check (outcome in ('ok', 'refused', 'failed')),
  scim_type        text,
  -- What the identity provider's administrator was told, word for word.
  detail           text,
  found            integer,                    -- resources in the answer to a list
  changed          text[]           not null,  -- names of attributes
  changes          jsonb,                      -- with their values, where the connection's policy allows
  moved_members    integer          not null,  -- memberships that are different now
  rewrites         text[]           not null,
  ignored          text[]           not null,
  unknown_members  text[]           not null,
  received_at      timestamptz      not null,
  duration_ms      double precision not null,
  address          text             not null,
  user_agent       text,

  primary key (tenant_id, request_id)
);
-- What happened to one resource.
create index provisioning_log_resource_id_idx on provisioning_log (tenant_id, resource_id, request_id)
  where resource_id is not null;
-- What went wrong, and the search in its words.
create index provisioning_log_outcome_idx on provisioning_log (tenant_id, request_id)
  where outcome <> 'ok';
-- One request by the id that its caller quotes, and the oldest of all tenants.
create index provisioning_log_request_id_idx on provisioning_log (request_id);

-- Connections whose log keeps values. One without a row keeps names only.
create table provisioning_log_policy (
  tenant_id      text        not null,
  connection_id  text        not null,
  keeps_values   boolean     not null,
  changed_at     timestamptz not null,

  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references connection on delete cascade
);

-- Whose connection it is that an unauthenticated request names.
create index label_connection_id_idx on label (connection_id);

do $$
declare
  walled text;
begin
  foreach walled in array array['provisioning_log', 'provisioning_log_policy'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
    -- Read platform-wide: whose rows have outlived their days, which connections keep values, and
    -- one request by its id.
    execute format(
      'create policy operator_wide on %I for select
         using (current_setting(''rollcall.operator_wide'', true) = ''on'')', walled);
  end loop;
end $$;

-- Narrows the wall: it takes a day, and no mistake of ours, for a row to be deletable.
create policy kept_for_a_day on provisioning_log as restrictive for delete
  using (received_at < now() - interval '1 day');

grant select, insert, delete on provisioning_log to rollcall_app;
grant select, insert, update on provisioning_log_policy to rollcall_app;
