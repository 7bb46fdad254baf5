-- 0014-groups-are-held.sql
-- The brake holds what would empty a large group, too, or delete it: a membership is held by its group
-- and its member, a group like a person by itself.
-- An older server beside us counts them as people who are held, and holds nobody itself: a batch of its
-- that would is undone, and waits for a server of this version.

alter table held add column member_id text not null default '';  -- set: this membership of the group
alter table held drop constraint held_pkey;
alter table held add primary key (tenant_id, resource_id, member_id);
alter table held drop constraint held_would_be_check;
alter table held add constraint held_would_be_check
  check (would_be in ('inactive', 'deleted', 'removed'));
-- What of a group, or of a tenant, is held: however many were let stay before.
create index held_open_idx on held (tenant_id, resource_id, member_id) where discarded_at is null;
-- Whether people are, however many memberships are.
create index held_alone_idx on held (tenant_id, resource_id) where member_id = '' and discarded_at is null;
-- What somebody keeps because it is held.
create index held_member_id_idx on held (tenant_id, member_id, resource_id);

alter table brake_policy
  add column group_share  numeric  not null default 0.5 check (group_share > 0 and group_share <= 1),
  add column group_size   integer  not null default 50  check (group_size >= 1);

-- How many members a group has: counted once, when the brake first asks, and kept with each batch.
create table member_count (
  tenant_id    text    not null,
  identity_id  text    not null,
  members      bigint  not null,

  primary key (tenant_id, identity_id),
  foreign key (tenant_id, identity_id) references identity on delete cascade
);

-- How many members a group lost, by slices of the window: a sum of few rows, however many they were.
create table group_departure (
  tenant_id    text         not null,
  identity_id  text         not null,
  slice_at     timestamptz  not null,
  members      bigint       not null,

  primary key (tenant_id, identity_id, slice_at)
);

do $$
declare
  walled text;
begin
  foreach walled in array array['member_count', 'group_departure'] loop
    execute format('alter table %I enable row level security', walled);
    execute format('alter table %I force row level security', walled);
    execute format(
      'create policy tenant_wall on %I
         using (tenant_id = current_setting(''rollcall.tenant'', true))
         with check (tenant_id = current_setting(''rollcall.tenant'', true))', walled);
    execute format('grant select, insert, update, delete on %I to rollcall_app', walled);
  end loop;
end $$;
