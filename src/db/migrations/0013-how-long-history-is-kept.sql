-- 0013-how-long-history-is-kept.sql
-- History goes when it has outlived its days: runs, sign-ins and logout notices by their age, events by
-- their position. Of memberships that last, the event that began them stays whatever its age, so that
-- what is asked of a day that is still kept is answered right.
-- An older server beside us answers questions about days that are gone; what it says of them is wrong.

create table event_horizon (
  tenant_id    text        not null,
  -- Events up to here are gone, but for those that began a membership that lasted beyond.
  position     bigint      not null,
  -- When the latest of them happened.
  happened_at  timestamptz,

  primary key (tenant_id)
);

alter table event_horizon enable row level security;
alter table event_horizon force row level security;
create policy tenant_wall on event_horizon
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true));
grant select, insert, update on event_horizon to rollcall_app;

grant delete on event to rollcall_app;
-- Narrows the wall: it takes a day, and no mistake of ours, for an event to be deletable.
create policy kept_for_a_day on event as restrictive for delete
  using (happened_at < now() - interval '1 day');
