-- 0056-pending-by-change.sql
-- One row stands for all memberships that one change moved (docs/decisions/0041). They are kept as they are, in the
-- row: to compress what lives for a second would cost more than it saves.
--
-- Writes what is pending once more, which is little unless loading is paused. An older server beside us can neither
-- write nor load: stop those before.

drop index pending_resource_id_member_id_idx;
alter table pending
  alter column member_id type text[] using case when member_id is not null then array[member_id] end;
alter table pending rename column member_id to member_ids;
alter table pending set (toast_tuple_target = 8160);

create index pending_resource_id_idx on pending (tenant_id, resource_id);
