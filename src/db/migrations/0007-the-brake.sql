-- 0007-the-brake.sql
-- The brake: a deactivation or deletion of more than a set share of a tenant's people is held until
-- somebody decides.
-- An older server beside us does not brake; it knows none of this.

-- What a tenant has chosen; one without a row has the defaults.
create table brake_policy (
  tenant_id       text     not null primary key,
  share           numeric  not null check (share > 0 and share <= 1),
  at_least        integer  not null check (at_least >= 0),   -- so many may always leave
  window_minutes  integer  not null check (window_minutes between 1 and 10080),
  cuts_access     boolean  not null                          -- sessions of who is held end at once
);

-- Who left within the window; older rows are taken away with the next.
create table departure (
  tenant_id    text        not null,
  resource_id  text        not null,
  left_at      timestamptz not null,

  primary key (tenant_id, resource_id)
);
create index departure_left_at_idx on departure (tenant_id, left_at);

-- Who would have left, and waits for a decision. A released one has its row until it is loaded.
create table held (
  tenant_id      text        not null,
  resource_id    text        not null,
  connection_id  text        not null,
  identity_id    text        not null,
  would_be       text        not null check (would_be in ('inactive', 'deleted')),
  request_id     text        not null,
  held_at        timestamptz not null,
  released_at    timestamptz,

  primary key (tenant_id, resource_id)
);

alter table loader
  -- Since when somebody is held; from then on everybody who would leave is.
  add column held_since     timestamptz,
  -- Kept with each batch; null until it was counted once.
  add column active_people  bigint;

do $$
declare
  walled text;
begin
  foreach walled in array array['brake_policy', 'departure', 'held'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
    execute format('grant select, insert, update, delete on %I to rollcall_app', walled);
  end loop;
end $$;
