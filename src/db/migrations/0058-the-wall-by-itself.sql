-- 0058-the-wall-by-itself.sql
-- What narrows the wall between tenants stands in the wall itself. Citus makes each policy of a shard a permissive one
-- (its commands/policy.c), and a restrictive one beside the wall then opens what it was to narrow: events and requests of
-- any tenant to be taken away, or emptied.
--
-- Takes a lock on two tables for a moment and reads neither. An older server beside us notices nothing.

drop policy kept_for_a_day on event;
drop policy only_erased on event;
drop policy tenant_wall on event;
create policy tenant_wall on event for select
  using (tenant_id = current_setting('rollcall.tenant', true));
create policy added on event for insert
  with check (tenant_id = current_setting('rollcall.tenant', true));
create policy only_erased on event for update
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true) and changes = '{}');
-- It takes a day, and no mistake of ours, for an event to be deletable.
create policy kept_for_a_day on event for delete
  using (tenant_id = current_setting('rollcall.tenant', true) and happened_at < now() - interval '1 day');

drop policy kept_for_a_day on provisioning_log;
drop policy only_erased on provisioning_log;
drop policy tenant_wall on provisioning_log;
create policy tenant_wall on provisioning_log for select
  using (tenant_id = current_setting('rollcall.tenant', true));
create policy added on provisioning_log for insert
  with check (tenant_id = current_setting('rollcall.tenant', true));
create policy only_erased on provisioning_log for update
  using (tenant_id = current_setting('rollcall.tenant', true))
  with check (tenant_id = current_setting('rollcall.tenant', true) and detail is null and changes is null);
create policy kept_for_a_day on provisioning_log for delete
  using (tenant_id = current_setting('rollcall.tenant', true) and received_at < now() - interval '1 day');
