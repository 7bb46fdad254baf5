-- 0044-joining.sql
-- Joining: the rule by which people of several connections of a tenant are one person, what it gives for
-- each of them, and in `identity` who is joined to whom.
-- Versions of the rule are only added; the latest is in force. Values belong to the version that brought
-- the expression: those of a new one are all there before anybody is joined by them.
-- An older server beside us does not know it and loads as if nobody were joined: upgrade all nodes before
-- a joining rule is applied.

create table joining_rule (
  tenant_id       text        not null,
  version         integer     not null check (version > 0),
  expression      text,                      -- as checked; null: nobody is joined
  -- The version that this expression came with.
  values_version  integer     not null,
  active          text        not null check (active in ('all', 'any')),
  connections     text[]      not null,      -- the one that leads first; empty: all, the oldest first
  author          text        not null,      -- as in the audit log
  created_at      timestamptz not null,

  primary key (tenant_id, version)
);

create table joining_value (
  tenant_id       text        not null,
  values_version  integer     not null,
  resource_id     text        not null,
  connection_id   text        not null,
  value           text        not null,

  primary key (tenant_id, values_version, resource_id)
);
create index joining_value_value_idx on joining_value (tenant_id, values_version, value, resource_id);

do $$
declare
  walled text;
begin
  foreach walled in array array['joining_rule', 'joining_value'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
  end loop;
end $$;
grant select, insert on joining_rule to rollcall_app;
grant select, insert, update, delete on joining_value to rollcall_app;

-- Whose values people are joined by; null: nobody is.
alter table loader add column joining_version integer;
alter table loader drop constraint loader_full_stage_check;
alter table loader add constraint loader_full_stage_check
  check (full_stage in ('values', 'resources', 'identities', 'members', 'links'));

alter table identity add column joined_to text;                          -- who they are one with, and leads
alter table identity add column joined_from text[] not null default '{}';  -- of who leads: the others
alter table identity add column source_state text;                       -- what the own connection says, where joined
alter table identity drop constraint identity_state_check;
alter table identity add constraint identity_state_check
  check (state in ('active', 'inactive', 'deleted', 'joined'));
